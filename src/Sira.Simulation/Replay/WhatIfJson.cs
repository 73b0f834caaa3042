using System.Text.Json;

namespace Sira.Simulation.Replay;

/// <summary>Writes a report as JSON.</summary>
internal static class WhatIfJson
{
    public static void Write(Utf8JsonWriter json, WhatIfReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("durationMs", report.Duration.TotalMilliseconds);
        json.WriteStartArray("policies");
        foreach (var policy in report.Policies)
        {
            Write(json, policy);
        }

        json.WriteEndArray();
        json.WriteStartArray("advice");
        foreach (var sentence in report.Advice)
        {
            json.WriteStringValue(sentence);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PolicyReport policy)
    {
        json.WriteStartObject();
        json.WriteString("policy", policy.Policy);
        json.WriteNumber("requests", policy.Requests);
        json.WriteNumber("answered", policy.Answered);
        json.WriteNumber("availability", policy.Availability);
        json.WriteStartObject("failures");
        foreach (var (kind, count) in policy.Failures)
        {
            json.WriteNumber(kind, count);
        }

        json.WriteEndObject();
        json.WriteNumber("costUsd", policy.Cost);
        json.WriteNumber("estimatedCostUsd", policy.EstimatedCost);
        json.WriteNumber("unpricedAttempts", policy.UnpricedAttempts);
        Write(json, "latencyMs", policy.Latency);
        Write(json, "firstTokenMs", policy.FirstToken);
        json.WriteNumber("attempts", policy.Attempts);
        json.WriteNumber("attemptsPerRequest", policy.AttemptsPerRequest);
        json.WriteNumber("fallbackShare", policy.FallbackShare);
        json.WriteStartArray("sources");
        foreach (var source in policy.Sources)
        {
            json.WriteStartObject();
            json.WriteString("target", source.Target);
            json.WriteBoolean("isFallback", source.IsFallback);
            json.WriteNumber("answers", source.Answers);
            json.WriteNumber("share", source.Share);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, LatencySummary latency)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", latency.Count);
        json.WriteNumber("p50", latency.P50.TotalMilliseconds);
        json.WriteNumber("p95", latency.P95.TotalMilliseconds);
        json.WriteNumber("p99", latency.P99.TotalMilliseconds);
        json.WriteEndObject();
    }
}
