using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Session.History;

namespace Sira.Session.Compaction.Writing;

/// <summary>Writes down what was said in messages. Reasoning is left out, media are named, tool results shortened.</summary>
internal static class Transcript
{
    // How much of the arguments of a call is written down; they say what was asked for, and may hold whole files.
    private const int ArgumentCharacters = 300;

    public static List<TranscriptLine> Read(IReadOnlyList<SessionMessage> messages, CompactionRange range, int toolResultCharacters)
    {
        var lines = new List<TranscriptLine>(range.Messages);
        for (var i = range.FirstMessage; i < range.FirstMessage + range.Messages; i++)
        {
            var message = messages[i].Message;
            var text = new StringBuilder();
            foreach (var content in message.Contents)
            {
                Append(text, content, toolResultCharacters);
            }

            if (text.Length > 0)
            {
                lines.Add(new TranscriptLine(message.Role, messages[i].Header.IsPartial ? text.Append(" [cut off]").ToString() : text.ToString()));
            }
        }

        return lines;
    }

    /// <summary>Shortens a text in its middle, and says by how much.</summary>
    public static string Shorten(string text, int characters)
    {
        if (text.Length <= characters)
        {
            return text;
        }

        var head = Whole(text, characters * 2 / 3);
        var tail = Whole(text, text.Length - (characters / 3));
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, head)} [… {tail - head} characters left out …] {text.AsSpan(tail)}");
    }

    // Not between the two halves of a character.
    private static int Whole(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;

    private static void Append(StringBuilder text, AIContent content, int toolResultCharacters)
    {
        var part = content switch
        {
            TextContent words => words.Text,
            FunctionCallContent call => $"[calls {call.Name}({Shorten(Arguments(call), ArgumentCharacters)})]",
            FunctionResultContent result => $"[result: {Shorten(Value(result.Result), toolResultCharacters)}]",
            ToolCallContent => "[calls a tool]",
            ToolResultContent => "[result of a tool]",
            DataContent data => $"[{data.MediaType}]",
            UriContent link => $"[{link.MediaType}: {Shorten(link.Uri.ToString(), ArgumentCharacters)}]",
            ErrorContent error => $"[error: {Shorten(error.Message, ArgumentCharacters)}]",
            _ => string.Empty,
        };
        if (part.Length > 0)
        {
            text.Append(text.Length > 0 ? "\n" : string.Empty).Append(part);
        }
    }

    private static string Arguments(FunctionCallContent call) =>
        call.Arguments is { Count: > 0 } arguments ? string.Join(", ", arguments.Select(static pair => $"{pair.Key}: {Value(pair.Value)}")) : string.Empty;

    private static string Value(object? value) => value switch
    {
        null => "nothing",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString() ?? string.Empty,
        JsonElement json => json.GetRawText(),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        TextContent content => content.Text,
        IEnumerable<AIContent> contents => string.Join('\n', contents.OfType<TextContent>().Select(static content => content.Text)),
        _ => value.ToString() ?? string.Empty,
    };
}
