using Sira.Storage.Capabilities;
using Sira.Storage.RocksDb.Layout;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.RocksDb.Writing;

internal sealed class BatchRequest(IReadOnlyList<StoreOperation> operations, StorageDurability durability) : WriteRequest<BatchResult>(durability)
{
    public override long Bytes { get; } = Measure(operations);

    public override void Stage(WriteScope scope)
    {
        var results = new OperationResult[operations.Count];
        StreamHead[]? heads = null;
        for (var i = 0; i < results.Length; i++)
        {
            var operation = operations[i];
            bool holds;
            if (operation.Kind is StoreOperationKind.Append)
            {
                var head = scope.HeadOf(operation.Key);
                (heads ??= new StreamHead[results.Length])[i] = head;
                results[i] = new OperationResult(ETag.None, head.Version);
                holds = operation.Expected.Holds(head.Version);
            }
            else
            {
                // What a put without a condition replaces is nobody's concern; a deletion must know whether there is something to tell of.
                var current = operation.Kind is StoreOperationKind.Put && operation.Condition.IsNone ? ETag.None : scope.TagOf(operation.Key);
                results[i] = new OperationResult(current);
                holds = operation.Condition.Holds(current);
            }

            if (!holds)
            {
                results.AsSpan(0, i).Clear();
                Result = new BatchResult(IsDone: false, i, results);
                return;
            }
        }

        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Make(operations[i], results[i], heads, i, scope);
        }

        Result = new BatchResult(IsDone: true, RefusedAt: -1, results);
    }

    private static OperationResult Make(StoreOperation operation, OperationResult stands, StreamHead[]? heads, int index, WriteScope scope)
    {
        switch (operation.Kind)
        {
            case StoreOperationKind.Put:
                return new OperationResult(scope.Put(operation.Key, operation.Value.Span, operation.TimeToLive));
            case StoreOperationKind.Append:
                return new OperationResult(ETag.None, scope.Append(operation.Key, heads![index], operation.Events).Version);
            case StoreOperationKind.Delete when !stands.ETag.IsNone:
                scope.Delete(operation.Key);
                return default;
            default:
                return stands;
        }
    }

    private static long Measure(IReadOnlyList<StoreOperation> operations)
    {
        long bytes = 0;
        for (var i = 0; i < operations.Count; i++)
        {
            bytes += operations[i].Value.Length + AppendRequest.Measure(operations[i].Events);
        }

        return bytes;
    }
}
