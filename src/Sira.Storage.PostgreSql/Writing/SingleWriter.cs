using Sira.Storage.PostgreSql.Connections;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>Spreads writes over lines, so that only those are made together that wait for the same: values with values, appends with those of their namespace, each with those of their durability.</summary>
internal sealed class SingleWriter
{
    // The server commits transactions of its own accord together that wait for the disk at once, and it does it better than a group here as long as they are few.
    private const int ValueLanes = 32;

    // Appends of one namespace hold its positions until they have committed, so there only a group has one wait for many.
    private const int AppendLanes = 4;

    // Namespaces beyond as many share a line.
    private const int AppendLines = 16;

    // What is longer takes its time, and others should not have to wait for it.
    private const int MaximumLength = 64 * 1024;

    private readonly WriteLine[] lines = new WriteLine[2 * (AppendLines + 1)];

    public SingleWriter(Database database)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = new WriteLine(database, i < 2 ? ValueLanes : AppendLanes);
        }
    }

    public ValueTask<WriteRow> PutAsync(SingleWrite write, CancellationToken cancellationToken) => RunAsync(0, write, cancellationToken);

    public ValueTask<WriteRow> AppendAsync(SingleWrite write, CancellationToken cancellationToken) =>
        RunAsync(2 + (2 * (int)((uint)string.GetHashCode(write.Key.Namespace, StringComparison.Ordinal) % AppendLines)), write, cancellationToken);

    private ValueTask<WriteRow> RunAsync(int line, SingleWrite write, CancellationToken cancellationToken)
    {
        var chosen = lines[line + (write.IsDurable ? 0 : 1)];
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<WriteRow>(cancellationToken)
            : write.Length > MaximumLength ? chosen.RunAloneAsync(write, cancellationToken)
            : chosen.RunAsync(write, cancellationToken);
    }
}
