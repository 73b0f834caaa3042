using Microsoft.Extensions.AI;
using Sira.Session.History;

namespace Sira.Session.Memory;

/// <summary>Makes items of messages.</summary>
public static class MemoryItems
{
    /// <summary>Returns what users and models said in words, for <see cref="IMemoryIndex.AddAsync"/>: after a turn, or to make an index again. Tool calls and results, system messages and what is said without a word are left out.</summary>
    /// <param name="history">The history.</param>
    /// <param name="afterVersion">Behind which version; 0 for all of it.</param>
    /// <returns>The items, oldest first.</returns>
    public static IReadOnlyList<MemoryItem> Of(SessionHistory history, long afterVersion = 0)
    {
        ArgumentNullException.ThrowIfNull(history);
        var items = new List<MemoryItem>();
        foreach (var message in history.Messages)
        {
            var header = message.Header;
            if (header.Version > afterVersion && (header.Role == ChatRole.User || header.Role == ChatRole.Assistant) && message.Message.Text is { } text && !string.IsNullOrWhiteSpace(text))
            {
                items.Add(new MemoryItem(history.SessionId, header.Version, header.Role, text, header.At));
            }
        }

        return items;
    }
}
