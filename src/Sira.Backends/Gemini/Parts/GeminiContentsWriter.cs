using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;

namespace Sira.Backends.Gemini.Parts;

/// <summary>Writes the conversation as <c>contents</c>: the roles are <c>user</c> and <c>model</c>, and results of tools are the user's.</summary>
internal sealed class GeminiContentsWriter(Utf8JsonWriter writer, bool mediaInToolResults, bool requiresCallSignatures)
{
    // base64 of skip_thought_signature_validator, which Google documents for calls that another model made.
    private const string ForeignCallSignature = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

    private readonly Dictionary<string, string> _callNames = new(StringComparer.Ordinal);
    private string _role = string.Empty;
    private bool _open;

    public void Write(IReadOnlyList<ChatMessage> messages)
    {
        writer.WriteStartArray("contents");
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (message.Role == ChatRole.System)
            {
                continue;
            }

            // Results of calls made in parallel have to come back in one content.
            var continues = message.Role == ChatRole.Tool && i > 0 && messages[i - 1].Role == ChatRole.Tool;
            if (!continues)
            {
                Close();
                _role = message.Role == ChatRole.Assistant ? "model" : "user";
            }

            WriteContents(message.Contents);
            if (!_open && IsEmptyText(message.Contents))
            {
                // Said nothing, but said it: the turns stay in order, and the conversation is not empty.
                WriteText(string.Empty, thought: false, signature: null);
            }
        }

        Close();
        writer.WriteEndArray();
    }

    private static bool IsEmptyText(IList<AIContent> contents)
    {
        foreach (var content in contents)
        {
            if (content is TextContent)
            {
                return true;
            }
        }

        return false;
    }

    private void WriteContents(IList<AIContent> contents)
    {
        var needsSignature = requiresCallSignatures && _role == "model" && !HasSignedCall(contents);
        for (var i = 0; i < contents.Count; i++)
        {
            switch (contents[i])
            {
                case TextContent { Text.Length: > 0 } text:
                    WriteText(text.Text, thought: false, SignatureOfText(contents, ref i));
                    break;
                case TextReasoningContent foreign when ReasoningOrigin.IsForeign(foreign, GeminiWireFormat.WireName):
                    // Another provider's thoughts and signatures mean nothing here, and a signature that is not Google's is refused.
                    break;
                case TextReasoningContent reasoning when reasoning.Text.Length > 0 || !string.IsNullOrEmpty(reasoning.ProtectedData):
                    WriteText(reasoning.Text, reasoning.Text.Length > 0, reasoning.ProtectedData);
                    break;
                case FunctionCallContent call:
                    _callNames[call.CallId] = call.Name;
                    Open();
                    GeminiPartWriter.WriteCall(writer, call, needsSignature ? ForeignCallSignature : null);
                    needsSignature = false;
                    break;
                case FunctionResultContent result:
                    WriteResult(result);
                    break;
                case var other when GeminiPartWriter.CanWrite(other):
                    Open();
                    GeminiPartWriter.Write(writer, other);
                    break;
            }
        }
    }

    private void WriteText(string text, bool thought, string? signature)
    {
        Open();
        writer.WriteStartObject();
        writer.WriteString("text", text);
        if (thought)
        {
            writer.WriteBoolean("thought", true);
        }

        if (!string.IsNullOrEmpty(signature))
        {
            writer.WriteString("thoughtSignature", signature);
        }

        writer.WriteEndObject();
    }

    // The signature of a text travels in the content after it; see GeminiProperties.
    private static string? SignatureOfText(IList<AIContent> contents, ref int index)
    {
        if (index + 1 < contents.Count && contents[index + 1] is TextReasoningContent { Text.Length: 0, ProtectedData: { Length: > 0 } signature } carrier
            && carrier.GetProperty(GeminiProperties.ThoughtSignatureOf) is not null)
        {
            index++;
            return signature;
        }

        return contents[index].GetProperty(GeminiProperties.ThoughtSignature);
    }

    private static bool HasSignedCall(IList<AIContent> contents)
    {
        foreach (var content in contents)
        {
            if (content is FunctionCallContent && content.GetProperty(GeminiProperties.ThoughtSignature) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private void WriteResult(FunctionResultContent result)
    {
        Open();
        var name = _callNames.TryGetValue(result.CallId, out var known) ? known : result.GetProperty(GeminiProperties.FunctionName) ?? result.CallId;
        writer.WriteStartObject();
        writer.WriteStartObject("functionResponse");
        if (!GeminiCallIds.IsGenerated(result.CallId))
        {
            writer.WriteString("id", result.CallId);
        }

        writer.WriteString("name", name);
        GeminiToolResult.WriteResponse(writer, result);
        if (mediaInToolResults)
        {
            WriteMedia(result, "parts");
        }

        writer.WriteEndObject();
        GeminiPartWriter.WriteSignature(writer, result);
        writer.WriteEndObject();
        if (!mediaInToolResults)
        {
            WriteMedia(result, null);
        }
    }

    private void WriteMedia(FunctionResultContent result, string? arrayName)
    {
        var open = false;
        foreach (var medium in GeminiToolResult.GetMedia(result))
        {
            if (!open && arrayName is not null)
            {
                open = true;
                writer.WriteStartArray(arrayName);
            }

            GeminiPartWriter.Write(writer, medium);
        }

        if (open)
        {
            writer.WriteEndArray();
        }
    }

    // A content opens with its first part: one without parts would be refused.
    private void Open()
    {
        if (!_open)
        {
            _open = true;
            writer.WriteStartObject();
            writer.WriteString("role", _role);
            writer.WriteStartArray("parts");
        }
    }

    private void Close()
    {
        if (_open)
        {
            _open = false;
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }
}
