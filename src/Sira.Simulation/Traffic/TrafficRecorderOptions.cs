namespace Sira.Simulation.Traffic;

/// <summary>What a recorder keeps of each request. Prompts and answers are never kept.</summary>
public sealed class TrafficRecorderOptions
{
    /// <summary>Gets or sets whether users and affinity keys are kept as they are.</summary>
    /// <value>Default <see langword="false"/>: each becomes a pseudonym that is the same within one recording and cannot be told in another.</value>
    public bool KeepIdentities { get; set; }

    /// <summary>Gets or sets whether the request's tags are kept as labels.</summary>
    /// <value>Default <see langword="false"/>: tags may hold anything.</value>
    public bool KeepLabels { get; set; }
}
