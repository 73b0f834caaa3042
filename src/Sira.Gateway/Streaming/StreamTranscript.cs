using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;

namespace Sira.Gateway.Streaming;

/// <summary>What has been received of a stream: needed to hold updates back before the commit, and to hand over the part when the stream breaks. Backed by a pooled array, so a chunk costs no allocation.</summary>
internal sealed class StreamTranscript
{
    private ChatResponseUpdate[] updates = ArrayPool<ChatResponseUpdate>.Shared.Rent(64);

    public int Count { get; private set; }

    public bool HasFinishReason { get; private set; }

    public UsageDetails? Usage { get; private set; }

    public ChatResponseUpdate? Last => Count == 0 ? null : updates[Count - 1];

    public long Characters { get; private set; }

    public long ReceivedTokens => ReceivedText.TokensOf(Characters);

    public void Add(ChatResponseUpdate update)
    {
        if (Count == updates.Length)
        {
            Grow();
        }

        updates[Count++] = update;
        HasFinishReason |= update.FinishReason is not null;
        var contents = update.Contents;
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i] is UsageContent usage)
            {
                (Usage ??= new UsageDetails()).Add(usage.Details);
            }
            else
            {
                Characters += ReceivedText.CharactersOf(contents[i]);
            }
        }
    }

    public bool TryGet(int index, [MaybeNullWhen(false)] out ChatResponseUpdate update)
    {
        update = index < Count ? updates[index] : null;
        return update is not null;
    }

    public ChatResponse ToResponse(int delivered) => new ArraySegment<ChatResponseUpdate>(updates, 0, delivered).ToChatResponse();

    public void Release()
    {
        var returned = updates;
        (updates, Count) = ([], 0);
        ArrayPool<ChatResponseUpdate>.Shared.Return(returned, clearArray: true);
    }

    private void Grow()
    {
        var larger = ArrayPool<ChatResponseUpdate>.Shared.Rent(updates.Length * 2);
        Array.Copy(updates, larger, Count);
        ArrayPool<ChatResponseUpdate>.Shared.Return(updates, clearArray: true);
        updates = larger;
    }
}
