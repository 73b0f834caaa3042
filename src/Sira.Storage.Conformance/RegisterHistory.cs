using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Sira.Storage.Keys;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Conformance;

/// <summary>What several callers did with one key and saw of it, and whether some order of single steps explains it.</summary>
/// <remarks>The check of Wing and Gong, "Testing and Verifying Concurrent Objects" (1993), with Lowe's memory of states that were tried.</remarks>
internal sealed class RegisterHistory
{
    private readonly List<Operation> operations;

    private RegisterHistory(List<Operation> operations) => this.operations = operations;

    private enum Kind
    {
        Read,
        Write,
        Swap,
        Delete,
    }

    /// <summary>Lets several callers work on a key that is not there yet.</summary>
    public static async Task<RegisterHistory> RecordAsync(IStore store, StoreKey key, int seed, int workers, int operations)
    {
        var (all, clock) = (new ConcurrentBag<Operation>(), 0L);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random((seed * 1000) + worker);
            var (seen, value) = (default(ETag), 0);
            for (var i = 0; i < operations; i++)
            {
                var (kind, written) = ((Kind)random.Next(4), (worker * 1000) + i + 1);
                var begun = Interlocked.Increment(ref clock);
                switch (kind)
                {
                    case Kind.Read:
                        var entry = await store.GetAsync(key).ConfigureAwait(false);
                        (seen, value) = entry is { } found ? (found.ETag, int.Parse(Encoding.ASCII.GetString(found.Value.Span), CultureInfo.InvariantCulture)) : (ETag.None, 0);
                        all.Add(new Operation(kind, begun, Interlocked.Increment(ref clock), 0, value, IsDone: true));
                        break;
                    case Kind.Delete:
                        var deleted = await store.DeleteAsync(key).ConfigureAwait(false);
                        all.Add(new Operation(kind, begun, Interlocked.Increment(ref clock), 0, 0, deleted.IsDone));
                        break;
                    case Kind.Write:
                        await store.PutAsync(key, Encoding.ASCII.GetBytes($"{written}")).ConfigureAwait(false);
                        all.Add(new Operation(kind, begun, Interlocked.Increment(ref clock), written, 0, IsDone: true));
                        break;
                    default:
                        var swapped = await store.PutAsync(key, Encoding.ASCII.GetBytes($"{written}"), new(WriteCondition.Unchanged(seen))).ConfigureAwait(false);
                        all.Add(new Operation(kind, begun, Interlocked.Increment(ref clock), written, value, swapped.IsDone));
                        break;
                }
            }
        }))).ConfigureAwait(false);
        return new RegisterHistory([.. all.OrderBy(static operation => operation.Begun)]);
    }

    public bool IsLinearizable() => Explain(new bool[operations.Count], value: 0, done: 0, []);

    public override string ToString() => string.Join('\n', operations);

    private bool Explain(bool[] isDone, int value, int done, HashSet<string> tried)
    {
        if (done == operations.Count)
        {
            return true;
        }

        if (!tried.Add($"{value}:{string.Concat(isDone.Select(static step => step ? '1' : '0'))}"))
        {
            return false;
        }

        // Whatever began before the first of the others ended may have been next.
        var earliestEnd = operations.Where((_, index) => !isDone[index]).Min(static operation => operation.Ended);
        for (var i = 0; i < operations.Count && operations[i].Begun < earliestEnd; i++)
        {
            if (!isDone[i] && operations[i].Step(value) is { } next)
            {
                isDone[i] = true;
                if (Explain(isDone, next, done + 1, tried))
                {
                    return true;
                }

                isDone[i] = false;
            }
        }

        return false;
    }

    // Each write writes another value, so that the value tells the version; 0 is nothing.
    private sealed record Operation(Kind Kind, long Begun, long Ended, int Written, int Seen, bool IsDone)
    {
        public int? Step(int value) => Kind switch
        {
            Kind.Read => value == Seen ? value : null,
            Kind.Write => Written,
            Kind.Delete => IsDone == (value != 0) ? 0 : null,
            _ => IsDone == (value == Seen) ? (IsDone ? Written : value) : null,
        };
    }
}
