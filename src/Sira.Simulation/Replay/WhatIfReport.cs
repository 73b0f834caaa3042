using System.Text.Json;

namespace Sira.Simulation.Replay;

/// <summary>The same traffic under several policies, side by side.</summary>
/// <param name="Duration">The time that the log covers.</param>
/// <param name="Policies">A report for each policy, in the order in which they were given. Differences are told against the first.</param>
public sealed record WhatIfReport(TimeSpan Duration, IReadOnlyList<PolicyReport> Policies)
{
    /// <summary>Gets one sentence for each further policy: what the traffic would have cost under it, and what that would have meant for availability and latency.</summary>
    public IReadOnlyList<string> Advice => [.. Policies.Skip(1).Select(policy => CostAdvice.Write(Policies[0], policy))];

    /// <summary>Writes a table in plain text, with aligned columns and the advice below.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString() => WhatIfTable.Write(this);

    /// <summary>Writes the report as JSON, durations in milliseconds.</summary>
    /// <returns>Indented JSON.</returns>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            WhatIfJson.Write(writer, this);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
