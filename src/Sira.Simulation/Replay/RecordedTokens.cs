using System.Globalization;
using Microsoft.Extensions.AI;
using Sira.Simulation.Traffic;
using Sira.Tokens;

namespace Sira.Simulation.Replay;

/// <summary>Replayed prompts hold nothing but the number of their record; their tokens are those that were recorded.</summary>
internal sealed class RecordedTokens(TrafficLog log) : ITokenEstimator
{
    public static string PromptOf(int number) => string.Create(CultureInfo.InvariantCulture, $"#{number}");

    public static bool TryRead(ReadOnlySpan<char> prompt, out int number)
    {
        number = 0;
        return prompt.Length > 1 && prompt[0] == '#' && int.TryParse(prompt[1..], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    public long Estimate(IEnumerable<ChatMessage> messages, ChatOptions? options, string? family)
    {
        foreach (var message in messages)
        {
            if (TryRead(message.Text, out var number) && number < log.Records.Count)
            {
                return log.Records[number].InputTokens;
            }
        }

        return 0;
    }

    public long Estimate(ReadOnlySpan<char> text, string? family) => text.Length / 4;
}
