using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Sira.Backends.Gemini.Options;

/// <summary>Writes <c>generationConfig</c>: sampling, limits, output format and thinking.</summary>
internal static class GeminiGenerationConfigWriter
{
    public static void Write(Utf8JsonWriter writer, ChatOptions? options, GeminiModelRule rule, JsonElement raw)
    {
        raw.TryGetEitherObject("generationConfig", "generation_config", out var rawConfig);
        var config = new GeminiObjectWriter(writer, "generationConfig", rawConfig);
        if (options is not null)
        {
            WriteSampling(config, options);
            WriteFormat(config, options.ResponseFormat);
            WriteThinking(writer, config, options.Reasoning, rule, rawConfig);
        }

        config.End();
    }

    private static void WriteSampling(GeminiObjectWriter config, ChatOptions options)
    {
        WriteNumber(config, "temperature", options.Temperature);
        WriteNumber(config, "topP", options.TopP);
        if (options.TopK is { } topK)
        {
            config.Member("topK").WriteNumberValue(topK);
        }

        if (options.MaxOutputTokens is { } maximum)
        {
            config.Member("maxOutputTokens").WriteNumberValue(maximum);
        }

        if (options.StopSequences is { Count: > 0 } stops)
        {
            var writer = config.Member("stopSequences");
            writer.WriteStartArray();
            foreach (var stop in stops)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }

        if (options.Seed is { } seed)
        {
            config.Member("seed").WriteNumberValue(seed);
        }

        WriteNumber(config, "frequencyPenalty", options.FrequencyPenalty);
        WriteNumber(config, "presencePenalty", options.PresencePenalty);
    }

    private static void WriteNumber(GeminiObjectWriter config, string name, float? value)
    {
        if (value is { } number)
        {
            config.Member(name).WriteNumberValue(number);
        }
    }

    private static void WriteFormat(GeminiObjectWriter config, ChatResponseFormat? format)
    {
        switch (format)
        {
            case ChatResponseFormatJson json:
                config.Member("responseMimeType").WriteStringValue("application/json");
                if (json.Schema is { } schema)
                {
                    GeminiSchema.WriteJsonSchema(config.Member("responseJsonSchema"), schema);
                }

                break;
            case ChatResponseFormatText:
                config.Member("responseMimeType").WriteStringValue("text/plain");
                break;
        }
    }

    private static void WriteThinking(Utf8JsonWriter writer, GeminiObjectWriter config, ReasoningOptions? reasoning, GeminiModelRule rule, JsonElement rawConfig)
    {
        if (reasoning is null || !rule.Thinking.IsSupported)
        {
            return;
        }

        rawConfig.TryGetEitherObject("thinkingConfig", "thinking_config", out var rawThinking);
        var thinking = new GeminiObjectWriter(writer, "thinkingConfig", rawThinking, config);
        if (reasoning.Effort is { } effort)
        {
            rule.Thinking.Write(thinking, effort);
        }

        if (reasoning.Output is { } output)
        {
            // The wire has summaries only: it never shows the thoughts themselves.
            thinking.Member("includeThoughts").WriteBooleanValue(output != ReasoningOutput.None);
        }

        thinking.End();
    }
}
