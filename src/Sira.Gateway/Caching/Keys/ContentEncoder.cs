using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Gateway.Caching.Keys;

/// <summary>Encodes one content of a message. Only types whose every part is known are; derived types may hold more.</summary>
internal static class ContentEncoder
{
    public static bool TryWrite(KeyWriter writer, AIContent content, int depth = 0) =>
        TryWriteOwn(writer, content, depth) && TryWriteCommon(writer, content, depth);

    /// <summary>Encodes what every content may have. The parts of an answer that some backends send back as they came (<see cref="AIContent.RawRepresentation"/>) are known only where they are JSON.</summary>
    private static bool TryWriteCommon(KeyWriter writer, AIContent content, int depth) =>
        content.Annotations is not { Count: > 0 }
        && TryWriteRaw(writer, content.RawRepresentation)
        && ValueEncoder.TryWriteMap(writer, content.AdditionalProperties, depth);

    private static bool TryWriteRaw(KeyWriter writer, object? raw)
    {
        if (raw is JsonElement element)
        {
            return JsonEncoder.TryWrite(writer, element);
        }

        writer.Null();
        return raw is null;
    }

    private static bool TryWriteOwn(KeyWriter writer, AIContent content, int depth)
    {
        var type = content.GetType();
        if (type == typeof(TextContent))
        {
            writer.Tag(Tags.Text);
            writer.String(((TextContent)content).Text);
            return true;
        }

        if (type == typeof(TextReasoningContent))
        {
            var reasoning = (TextReasoningContent)content;
            writer.Tag(Tags.Reasoning);
            writer.String(reasoning.Text);
            writer.String(reasoning.ProtectedData);
            return true;
        }

        if (type == typeof(DataContent))
        {
            var data = (DataContent)content;
            writer.Tag(Tags.Data);
            writer.String(data.MediaType);
            writer.String(data.Name);
            writer.Bytes(data.Data.Span);
            return true;
        }

        if (type == typeof(UriContent))
        {
            var link = (UriContent)content;
            writer.Tag(Tags.Link);
            writer.String(link.Uri.OriginalString);
            writer.String(link.MediaType);
            return true;
        }

        return type == typeof(FunctionCallContent) ? TryWriteCall(writer, (FunctionCallContent)content, depth)
            : type == typeof(FunctionResultContent) ? TryWriteResult(writer, (FunctionResultContent)content, depth)
            : TryWriteOther(writer, content, type);
    }

    private static bool TryWriteCall(KeyWriter writer, FunctionCallContent call, int depth)
    {
        writer.Tag(Tags.Call);
        writer.String(call.CallId);
        writer.String(call.Name);
        writer.Boolean(call.InformationalOnly);
        return call.Exception is null && ValueEncoder.TryWriteMap(writer, call.Arguments, depth);
    }

    private static bool TryWriteResult(KeyWriter writer, FunctionResultContent result, int depth)
    {
        writer.Tag(Tags.Result);
        writer.String(result.CallId);
        return result.Exception is null && ValueEncoder.TryWrite(writer, result.Result, depth);
    }

    private static bool TryWriteOther(KeyWriter writer, AIContent content, Type type)
    {
        if (type == typeof(HostedFileContent))
        {
            var file = (HostedFileContent)content;
            writer.Tag(Tags.File);
            writer.String(file.FileId);
            writer.String(file.MediaType);
            writer.String(file.Name);
            return true;
        }

        if (type == typeof(ErrorContent))
        {
            var error = (ErrorContent)content;
            writer.Tag(Tags.Error);
            writer.String(error.Message);
            writer.String(error.ErrorCode);
            writer.String(error.Details);
            return true;
        }

        // What an answer had cost is no part of the next question.
        writer.Tag(Tags.Usage);
        return type == typeof(UsageContent);
    }
}
