using Microsoft.Extensions.AI;

namespace Sira.Gateway.Streaming;

/// <summary>How much a provider has written, reckoned from the text; only used where it did not report its usage.</summary>
internal static class ReceivedText
{
    // A token of running text has about four characters.
    private const int CharactersPerToken = 4;

    public static long TokensOf(long characters) => (characters + CharactersPerToken - 1) / CharactersPerToken;

    public static int CharactersOf(AIContent? content) => content switch
    {
        TextContent text => text.Text?.Length ?? 0,
        TextReasoningContent reasoning => reasoning.Text?.Length ?? 0,
        _ => 0,
    };

    /// <summary>Reckons a whole answer, unless its usage says how long it is.</summary>
    public static long TokensOf(ChatResponse response)
    {
        if (response.Usage?.OutputTokenCount is not null)
        {
            return 0;
        }

        var characters = 0L;
        var messages = response.Messages;
        for (var i = 0; i < messages.Count; i++)
        {
            var contents = messages[i].Contents;
            for (var j = 0; j < contents.Count; j++)
            {
                characters += CharactersOf(contents[j]);
            }
        }

        return TokensOf(characters);
    }
}
