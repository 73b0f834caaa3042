using Sira.Storage.Keys;

namespace Sira.Storage.Migration.Copying;

/// <summary>Walks over pages one item at a time.</summary>
internal sealed class PagedCursor<T>(Func<string?, CancellationToken, ValueTask<(IReadOnlyList<T> Items, string? Next)>> read, Func<T, string> name)
{
    private IReadOnlyList<T> items = [];
    private string? next;
    private int index;
    private bool isLast;

    public T Current => items[index];

    /// <summary>The name of the current item; <see langword="null"/> behind the last.</summary>
    public string? Name { get; private set; }

    public async ValueTask MoveNextAsync(CancellationToken cancellationToken)
    {
        index++;
        while (index >= items.Count && !isLast)
        {
            (items, next) = await read(next, cancellationToken).ConfigureAwait(false);
            (index, isLast) = (0, next is null);
        }

        Name = index < items.Count ? name(items[index]) : null;
    }

    /// <summary>Compares where two cursors stand: below 0 if the first is before the second.</summary>
    public int CompareTo(PagedCursor<T> other) => Name is null ? 1 : other.Name is null ? -1 : NameOrder.Instance.Compare(Name, other.Name);
}
