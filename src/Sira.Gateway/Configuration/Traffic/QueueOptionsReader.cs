using System.Globalization;
using Sira.Gateway.Budgets;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Configuration.Traffic;

/// <summary>Reads and checks <c>Queue</c> of a route.</summary>
internal static class QueueOptionsReader
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // Whoever waits is moved at each step.
    private static readonly TimeSpan ShortestAgeing = TimeSpan.FromMilliseconds(10);

    public static void Apply(ConfigurationReader parent, QueueOptions options)
    {
        if (parent.TrySection("Queue", out var reader))
        {
            options.MaxLength = reader.TryInt32("MaxLength", out var length, minimum: 0) ? length : options.MaxLength;
            options.MaxWait = reader.TryDuration("MaxWait", out var wait) ? wait : options.MaxWait;
            options.Ageing = reader.TryDuration("Ageing", out var ageing) ? ageing : options.Ageing;
            if (reader.TrySection("FairShare", out var share))
            {
                Apply(share, options.FairShare);
            }

            reader.ReportUnknownKeys();
        }
    }

    public static void Validate(string path, QueueOptions options, ConfigurationErrors errors)
    {
        if (options.MaxLength is < 0 or > 1_000_000)
        {
            errors.Add(path + ":MaxLength", string.Create(CultureInfo.InvariantCulture, $"{options.MaxLength} is impossible."), "Set 0 for no queue, or at most 1000000.");
        }

        if (options.MaxWait <= TimeSpan.Zero || options.MaxWait > Longest)
        {
            errors.Add(path + ":MaxWait", $"the wait {DurationText.Write(options.MaxWait)} is impossible.", "Set a duration above 0 and at most 1 hour, such as 30s.");
        }

        if (options.Ageing is { } ageing && (ageing < ShortestAgeing || ageing > Longest))
        {
            errors.Add(path + ":Ageing", $"the step {DurationText.Write(ageing)} is impossible.", "Set 10ms to 1 hour, such as 5s, or leave it out.");
        }

        Validate(path + ":FairShare", options.FairShare, errors);
    }

    private static void Apply(ConfigurationReader reader, FairShareOptions options)
    {
        options.By = reader.TryEnum<BudgetScope>("By", out var by) ? by : options.By;
        options.Tag = reader.TryString("Tag", out var tag) ? tag : options.Tag;
        if (reader.TrySection("Weights", out var weights))
        {
            weights.ReadWeights(options.Weights, "Write a number such as 2 or 0.5.");
        }

        reader.ReportUnknownKeys();
    }

    private static void Validate(string path, FairShareOptions options, ConfigurationErrors errors)
    {
        if ((options.By is BudgetScope.Tag) == string.IsNullOrWhiteSpace(options.Tag))
        {
            errors.Add(path, options.Tag is null ? "the room is shared by tag, but it is not said by which." : $"the tag '{options.Tag}' is named, but the room is not shared by tag.", "Set By to Tag and Tag to its name, or neither.");
        }

        if (options.By is BudgetScope.All && options.Weights.Count > 0)
        {
            errors.Add(path + ":Weights", "there are weights, but nobody is told apart.", "Set By to those whose weights they are, such as Tenant.");
        }

        foreach (var (key, weight) in options.Weights)
        {
            if (!RouteOptionsValidator.IsWeight(weight))
            {
                errors.Add($"{path}:Weights:{key}", string.Create(CultureInfo.InvariantCulture, $"the weight {weight} is not a number above 0 and at most 1000000."), "Set a number such as 2 or 0.5.");
            }
        }
    }
}
