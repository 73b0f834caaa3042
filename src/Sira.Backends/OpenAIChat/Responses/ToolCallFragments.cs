using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIChat.Responses;

/// <summary>Puts tool calls together that a stream sends in pieces: one after the other, interleaved, or whole.</summary>
internal sealed class ToolCallFragments
{
    private readonly List<Fragment> calls = [];

    /// <summary>Adds the pieces of one delta.</summary>
    public void Add(JsonElement delta)
    {
        foreach (var piece in delta.EnumerateArrayOrEmpty("tool_calls"))
        {
            piece.TryGetObject("function", out var function);
            Find(piece.GetInt32OrNull("index"), piece.GetStringOrNull("id")).Add(piece.GetStringOrNull("id"), function);
        }

        if (delta.TryGetObject("function_call", out var legacy))
        {
            Find(0, null).Add(null, legacy);
        }
    }

    /// <summary>Moves the calls, complete now, to a list.</summary>
    /// <param name="contents">The list.</param>
    /// <param name="scope">What names calls that came without an id.</param>
    public void MoveTo(List<AIContent> contents, string? scope)
    {
        for (var i = 0; i < calls.Count; i++)
        {
            contents.Add(calls[i].ToContent(scope, i));
        }

        calls.Clear();
    }

    // By index where there is one; some servers repeat index 0 for parallel calls, which their ids tell apart, and some send none.
    private Fragment Find(int? index, string? id)
    {
        for (var i = calls.Count - 1; i >= 0; i--)
        {
            var call = calls[i];
            var sameId = string.IsNullOrEmpty(id) || call.Id is null || call.Id == id;
            if (sameId && (index is null || call.Index is null || call.Index == index))
            {
                return call;
            }
        }

        var added = new Fragment(index);
        calls.Add(added);
        return added;
    }

    private sealed class Fragment(int? index)
    {
        private readonly StringBuilder arguments = new();
        private string? name;

        public int? Index => index;

        public string? Id { get; private set; }

        public void Add(string? id, JsonElement function)
        {
            Id = string.IsNullOrEmpty(id) ? Id : id;
            // Sent once; those who repeat it repeat it whole.
            name = function.GetStringOrNull("name") is { Length: > 0 } given ? given : name;
            arguments.Append(OpenAIChatContentReader.GetArguments(function));
        }

        public FunctionCallContent ToContent(string? scope, int place)
        {
            var text = arguments.ToString();
            return string.IsNullOrWhiteSpace(name)
                ? throw OpenAIChatErrors.Malformed("a tool call of the stream has no name", text)
                : WireJson.CreateCall(string.IsNullOrWhiteSpace(Id) ? CallIds.Generate($"{scope}:{name}:{text}", place) : Id, name, text);
        }
    }
}
