using Microsoft.Extensions.AI;
using Sira.Requests;

namespace Sira.Gateway.Caching.Keys;

/// <summary>Encodes the options of a request.</summary>
internal static class OptionsEncoder
{
    // An absent object of options asks for the same as an empty one.
    private static readonly ChatOptions None = new();

    /// <summary>Encodes what changes the answer.</summary>
    /// <returns>Whether everything that does was known.</returns>
    public static bool TryWrite(KeyWriter writer, ChatOptions? options)
    {
        options ??= None;
        if (!IsKnown(options))
        {
            return false;
        }

        writer.String(options.ModelId);
        writer.String(options.Instructions);
        Write(writer, options.Temperature);
        Write(writer, options.TopP);
        Write(writer, options.TopK);
        Write(writer, options.FrequencyPenalty);
        Write(writer, options.PresencePenalty);
        Write(writer, options.Seed);
        Write(writer, options.MaxOutputTokens);
        Write(writer, options.AllowMultipleToolCalls is { } multiple ? multiple ? 1 : 0 : null);
        Write(writer, (int?)options.Reasoning?.Effort);
        Write(writer, (int?)options.Reasoning?.Output);
        writer.Count(options.StopSequences?.Count ?? 0);
        for (var i = 0; i < options.StopSequences?.Count; i++)
        {
            writer.String(options.StopSequences[i]);
        }

        RoutingEncoder.Write(writer, RoutingOptions.Find(options));
        return TryWriteFormat(writer, options.ResponseFormat)
            && ToolEncoder.TryWriteMode(writer, options.ToolMode)
            && ToolEncoder.TryWrite(writer, options.Tools)
            && TryWriteProperties(writer, options.AdditionalProperties);
    }

    // A subclass may say more than is known here. State that a provider keeps, and answers that come in parts, are not the request's alone.
    private static bool IsKnown(ChatOptions options) =>
        (options.GetType() == typeof(ChatOptions) || options.GetType() == typeof(SiraChatOptions))
        && options.ConversationId is null
        && options.ContinuationToken is null
        && options.AllowBackgroundResponses is not true
        && options.RawRepresentationFactory is null
        && (options.Reasoning is null || options.Reasoning.GetType() == typeof(ReasoningOptions));

    private static bool TryWriteFormat(KeyWriter writer, ChatResponseFormat? format)
    {
        switch (format)
        {
            case null:
                writer.Null();
                return true;
            case ChatResponseFormatText:
                writer.Tag(Tags.TextFormat);
                return true;
            case ChatResponseFormatJson json:
                writer.Tag(Tags.JsonFormat);
                writer.String(json.SchemaName);
                writer.String(json.SchemaDescription);
                if (json.Schema is { } schema)
                {
                    return JsonEncoder.TryWrite(writer, schema);
                }

                writer.Null();
                return true;
            default:
                return false;
        }
    }

    private static bool TryWriteProperties(KeyWriter writer, AdditionalPropertiesDictionary? properties)
    {
        if (properties is not null)
        {
            foreach (var (key, value) in properties)
            {
                // Sira's own, which are either no part of the question or encoded from their types.
                if (value is RequestContext && key == RequestContext.PropertyName
                    || value is RoutingOptions && key == RoutingOptions.PropertyName
                    || value is CacheControl && key == CacheControl.PropertyName)
                {
                    continue;
                }

                writer.String(key);
                if (!ValueEncoder.TryWrite(writer, value))
                {
                    return false;
                }
            }
        }

        writer.Null();
        return true;
    }

    private static void Write(KeyWriter writer, float? value)
    {
        if (value is { } number)
        {
            writer.Number(number);
        }
        else
        {
            writer.Null();
        }
    }

    private static void Write(KeyWriter writer, long? value)
    {
        if (value is { } number)
        {
            writer.Integer(number);
        }
        else
        {
            writer.Null();
        }
    }
}
