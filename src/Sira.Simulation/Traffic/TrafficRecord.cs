using System.Text.Json.Serialization;

namespace Sira.Simulation.Traffic;

/// <summary>One request of a traffic log: how large it was and what it needed, never what it said.</summary>
public sealed record TrafficRecord
{
    /// <summary>Gets when it was made, counted from the beginning of the recording.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required TimeSpan At { get; init; }

    /// <summary>Gets the tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>Gets the user; by default a pseudonym, see <see cref="TrafficRecorderOptions.KeepIdentities"/>.</summary>
    public string? User { get; init; }

    /// <summary>Gets what the request sticks to a target by, such as a conversation; by default a pseudonym.</summary>
    public string? AffinityKey { get; init; }

    /// <summary>Gets the model, alias or route that was asked for; <see langword="null"/> for the default route.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the input tokens.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int InputTokens { get; init; }

    /// <summary>Gets the output tokens; 0 when there was no answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int OutputTokens { get; init; }

    /// <summary>Gets the limit of output tokens that was asked for.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Gets whether a stream was asked for.</summary>
    public bool Streaming { get; init; }

    /// <summary>Gets what the request needs of a model: the names of <see cref="Models.RequestFeatures"/> that can be replayed, such as <c>Tools</c> or <c>ImageInput</c>.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>Gets the request's labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
