using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Session.Memory;

/// <summary>How much is remembered, and how it is searched.</summary>
public sealed record MemoryIndexOptions
{
    /// <summary>Gets the namespace in the store.</summary>
    /// <value>Default <c>session-memory</c>.</value>
    public string Namespace { get; init; } = "session-memory";

    /// <summary>Gets how many items an owner has at most. Beyond, the oldest tenth is forgotten, counted and logged.</summary>
    /// <value>10 to 1,000,000. Default 50,000.</value>
    public int MaximumItems { get; init; } = 50_000;

    /// <summary>Gets how many items of all owners are held in memory, an owner counting as 32 more. Beyond, those of the owner who was not asked for longest leave it, and are read again when they are needed.</summary>
    /// <value>From 10 on. Default 500,000.</value>
    public int MaximumLoadedItems { get; init; } = 500_000;

    /// <summary>Gets how many characters of an item are remembered: the first ones.</summary>
    /// <value>100 to 100,000. Default 4,000.</value>
    public int MaximumTextLength { get; init; } = 4_000;

    /// <summary>Gets how many characters of an item a result shows.</summary>
    /// <value>40 to 10,000. Default 400.</value>
    public int SnippetLength { get; init; } = 400;

    /// <summary>Gets after how long something counts half; <see langword="null"/> for never.</summary>
    /// <value>Above 0. Default never.</value>
    public TimeSpan? HalfLife { get; init; }

    /// <summary>Gets how many texts are embedded in one call.</summary>
    /// <value>1 to 2,048. Default 64.</value>
    public int EmbeddingBatch { get; init; } = 64;

    /// <summary>Gets how alike vectors must be to count as found, as a cosine.</summary>
    /// <value>-1 to 1. Default 0.2.</value>
    public double MinimumCosine { get; init; } = 0.2;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (string.IsNullOrWhiteSpace(Namespace))
        {
            errors.Add($"{path}:{nameof(Namespace)}", "the index has no namespace.", "Set one, such as session-memory.");
        }

        Check(nameof(MaximumItems), MaximumItems, 10, 1_000_000);
        Check(nameof(MaximumLoadedItems), MaximumLoadedItems, 10, int.MaxValue);
        Check(nameof(MaximumTextLength), MaximumTextLength, 100, 100_000);
        Check(nameof(SnippetLength), SnippetLength, 40, 10_000);
        Check(nameof(EmbeddingBatch), EmbeddingBatch, 1, 2_048);
        Check(nameof(MinimumCosine), MinimumCosine, -1, 1);
        if (HalfLife <= TimeSpan.Zero)
        {
            errors.Add($"{path}:{nameof(HalfLife)}", string.Create(CultureInfo.InvariantCulture, $"{HalfLife} is out of range."), "Use a time above 0, such as 30.00:00:00, or leave it out.");
        }

        void Check(string name, double value, double minimum, double maximum)
        {
            if (!(value >= minimum && value <= maximum))
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), string.Create(CultureInfo.InvariantCulture, $"Use {minimum} to {maximum}."));
            }
        }
    }
}
