using Microsoft.Extensions.AI;

namespace Sira.Tools.Loop;

/// <summary>Feeds a round from a stream. Updates pass at once, except while a call waits to know whether a later one needs approval; calls come last, so that is short.</summary>
internal sealed class StreamedRound(ToolRound round)
{
    private readonly List<ChatResponseUpdate> passed = [];
    private readonly Queue<ChatResponseUpdate> held = new();

    /// <summary>Takes an update in.</summary>
    public void Add(ChatResponseUpdate update)
    {
        round.Observe(update.Contents);
        held.Enqueue(update);
    }

    /// <summary>Takes the next update out, rewritten.</summary>
    /// <param name="ended">Whether the stream has ended, so that nothing is undecided any more.</param>
    /// <returns>The update, or <see langword="null"/> when none may pass yet.</returns>
    public ChatResponseUpdate? Next(bool ended)
    {
        if (held.Count == 0 || (round.IsUndecided && !ended))
        {
            return null;
        }

        var update = held.Dequeue();
        var contents = round.Rewrite(update.Contents);
        var roleMissing = passed.Count == 0 && update.Role is null;
        if (roleMissing || !ReferenceEquals(contents, update.Contents))
        {
            // Without a role, the first update of an answer would run into the results before it.
            update = update.Clone();
            update.Role ??= roleMissing ? ChatRole.Assistant : null;
            update.Contents = contents;
        }

        passed.Add(update);
        return update;
    }

    /// <summary>Puts together what has passed.</summary>
    public ChatResponse ToResponse() => passed.ToChatResponse();
}
