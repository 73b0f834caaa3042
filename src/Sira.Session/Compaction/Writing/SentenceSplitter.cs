namespace Sira.Session.Compaction.Writing;

/// <summary>Splits text into sentences: behind a mark that ends one and is followed by space, and at line breaks.</summary>
internal static class SentenceSplitter
{
    public static List<Range> Split(string text)
    {
        var ranges = new List<Range>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var ends = text[i] switch
            {
                '.' or '!' or '?' => i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]),
                '。' or '！' or '？' or '\n' => true,
                _ => false,
            };
            if (ends)
            {
                Add(i + 1);
            }
        }

        Add(text.Length);
        return ranges;

        void Add(int end)
        {
            if (!text.AsSpan(start, end - start).IsWhiteSpace())
            {
                ranges.Add(start..end);
            }

            start = end;
        }
    }
}
