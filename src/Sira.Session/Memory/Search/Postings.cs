namespace Sira.Session.Memory.Search;

/// <summary>Where a word stands: documents by ascending number, and how often in each.</summary>
internal sealed class Postings
{
    private int[] documents = new int[2];
    private ushort[] counts = new ushort[2];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Documents => documents.AsSpan(0, Count);

    public ReadOnlySpan<ushort> Counts => counts.AsSpan(0, Count);

    public void Add(int document)
    {
        if (Count > 0 && documents[Count - 1] == document)
        {
            counts[Count - 1] += (ushort)(counts[Count - 1] < ushort.MaxValue ? 1 : 0);
            return;
        }

        if (Count == documents.Length)
        {
            Array.Resize(ref documents, Count * 2);
            Array.Resize(ref counts, Count * 2);
        }

        (documents[Count], counts[Count]) = (document, 1);
        Count++;
    }

    /// <summary>Gives the documents new numbers, in the same order; a negative number takes one out.</summary>
    public void Renumber(ReadOnlySpan<int> numbers)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (numbers[documents[i]] is >= 0 and var number)
            {
                (documents[kept], counts[kept]) = (number, counts[i]);
                kept++;
            }
        }

        Count = kept;
    }
}
