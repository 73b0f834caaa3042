using Microsoft.Extensions.AI;

namespace Sira.Gateway.Streaming;

/// <summary>Takes the part off a continuation that it was asked to go on from. Some models and providers say it again before they go on.</summary>
/// <remarks>Text that may be the beginning of a repetition is held back until it is known: at most as long as the part is.</remarks>
internal sealed class EchoFilter(string part)
{
    // A shorter repetition may well be how the answer goes on ("ha" after "ha").
    private const int ShortestEcho = 8;

    private int position;
    private bool isOver = part.Length < ShortestEcho;

    /// <summary>Filters what a continuation says.</summary>
    /// <param name="contents">The contents of one update.</param>
    /// <param name="isLast">Whether nothing follows it.</param>
    /// <returns>What is to be delivered of it.</returns>
    public IList<AIContent> Filter(IList<AIContent> contents, bool isLast)
    {
        if (isOver)
        {
            return contents;
        }

        var passed = new List<AIContent>(contents.Count);
        foreach (var content in contents)
        {
            if (!isOver && content is TextContent text)
            {
                Filter(text, passed);
                continue;
            }

            if (content is not TextReasoningContent)
            {
                Release(passed);
            }

            passed.Add(content);
        }

        if (isLast)
        {
            Release(passed);
        }

        return passed;
    }

    /// <summary>Gives back what was held back of an answer that has ended.</summary>
    public void Release(IList<AIContent> passed)
    {
        if (!isOver)
        {
            isOver = true;
            if (position > 0)
            {
                // It was no repetition: what was held back is a part of the answer.
                passed.Add(new TextContent(part[..position]));
            }
        }
    }

    private void Filter(TextContent text, List<AIContent> passed)
    {
        var repeated = Math.Min(text.Text.Length, part.Length - position);
        if (!text.Text.AsSpan(0, repeated).SequenceEqual(part.AsSpan(position, repeated)))
        {
            Release(passed);
            passed.Add(text);
            return;
        }

        position += repeated;
        if (position == part.Length)
        {
            isOver = true;
            if (repeated < text.Text.Length)
            {
                passed.Add(new TextContent(text.Text[repeated..]));
            }
        }
    }
}
