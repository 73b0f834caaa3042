using Npgsql;
using NpgsqlTypes;
using Sira.Storage.PostgreSql.Connections;
using Sira.Storage.PostgreSql.Statements;
using Sira.Storage.Writing;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>The writes of a batch by what is done with them, in the order in which rows are locked. Indexes are those of the batch.</summary>
internal sealed class BatchPlan
{
    public BatchPlan(IReadOnlyList<StoreOperation> operations)
    {
        Operations = operations;
        var (values, puts, appends) = (new List<int>(operations.Count), new List<int>(operations.Count), new List<int>());
        for (var i = 0; i < operations.Count; i++)
        {
            var operation = operations[i];
            (operation.Kind is StoreOperationKind.Append ? appends : values).Add(i);
            if (operation.Kind is StoreOperationKind.Put)
            {
                puts.Add(i);
            }

            IsUnconditional &= operation.Kind switch
            {
                StoreOperationKind.Put => operation.Condition.IsNone,
                StoreOperationKind.Append => operation.Expected.Version is null,
                _ => false,
            };
        }

        (Values, Puts, Appends) = (Sort(values), Sort(puts), Sort(appends));
    }

    public IReadOnlyList<StoreOperation> Operations { get; }

    /// <summary>Whether it only puts and appends, whatever stands there.</summary>
    public bool IsUnconditional { get; } = true;

    /// <summary>Everything but appends.</summary>
    public int[] Values { get; }

    public int[] Puts { get; }

    public int[] Appends { get; }

    /// <summary>The namespaces of the appends, each once, in their order.</summary>
    public string[] Namespaces()
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var index in Appends)
        {
            names.Add(Operations[index].Key.Namespace);
        }

        return [.. names];
    }

    /// <summary>The first write, in the order of the batch, whose condition does not hold; -1 for none.</summary>
    public int FirstRefused(OperationResult[] standing)
    {
        for (var i = 0; i < standing.Length; i++)
        {
            var operation = Operations[i];
            if (operation.Kind is StoreOperationKind.Append ? !operation.Expected.Holds(standing[i].Version) : !operation.Condition.Holds(standing[i].ETag))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The rows to delete: those that are to go, and those that were only made to be locked.</summary>
    public int[] Removals(OperationResult[] standing) =>
        IsUnconditional ? [] : Array.FindAll(Values, index => Operations[index].Kind is StoreOperationKind.Delete || (Operations[index].Kind is StoreOperationKind.Check && standing[index].ETag.IsNone));

    /// <summary>Turns what stood there into what stands there now, for what was deleted.</summary>
    public void ForgetDeleted(OperationResult[] results)
    {
        foreach (var index in Values)
        {
            if (Operations[index].Kind is StoreOperationKind.Delete)
            {
                results[index] = default;
            }
        }
    }

    public NpgsqlParameterCollection BindKeys(NpgsqlParameterCollection parameters, int[] indexes)
    {
        var (namespaces, tenants, names) = (new string[indexes.Length], new byte[indexes.Length][], new byte[indexes.Length][]);
        for (var i = 0; i < indexes.Length; i++)
        {
            var key = Operations[indexes[i]].Key;
            (namespaces[i], names[i]) = (key.Namespace, KeyBytes.Of(key.Name));
            tenants[i] = i > 0 && key.Tenant == Operations[indexes[i - 1]].Key.Tenant ? tenants[i - 1] : KeyBytes.OfTenant(key.Tenant);
        }

        return parameters.BindArray(NpgsqlDbType.Text, namespaces).BindArray(NpgsqlDbType.Bytea, tenants).BindArray(NpgsqlDbType.Bytea, names);
    }

    public void BindValues(NpgsqlParameterCollection parameters)
    {
        var (values, lives) = (new ReadOnlyMemory<byte>[Puts.Length], new double[Puts.Length]);
        for (var i = 0; i < Puts.Length; i++)
        {
            (values[i], lives[i]) = (Operations[Puts[i]].Value, Binding.Microseconds(Operations[Puts[i]].TimeToLive));
        }

        parameters.BindArray(NpgsqlDbType.Bytea, values).BindArray(NpgsqlDbType.Double, lives);
    }

    private int[] Sort(List<int> indexes)
    {
        indexes.Sort((left, right) => KeyBytes.Compare(Operations[left].Key, Operations[right].Key));
        return [.. indexes];
    }
}
