using System.Globalization;
using Sira.Gateway.Selection.Splits;
using Sira.Kernel.Configuration;

namespace Sira.Gateway.Configuration.Policies;

/// <summary>Checks names and percentages of a traffic split.</summary>
internal static class TrafficSplitValidator
{
    public static void Validate(string path, TrafficSplitOptions options, ConfigurationErrors errors)
    {
        if (options.Arms.Count == 0)
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(options.Name))
        {
            errors.Add(path + ":Name", "the split has no name.", "Give it one, such as 'split'.");
        }

        for (var i = 0; i < options.Arms.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}:Arms:{i}");
            var arm = options.Arms[i];
            if (string.IsNullOrWhiteSpace(arm.Name))
            {
                errors.Add(at + ":Name", "the arm has no name.", "Give it one, such as 'canary'.");
            }
            else if (string.Equals(arm.Name, TrafficSplit.Control, StringComparison.OrdinalIgnoreCase))
            {
                errors.Add(at + ":Name", $"an arm cannot be named '{arm.Name}': that is what the requests of no arm are called.", "Give it another name.");
            }
            else if (options.Arms.Take(i).Any(other => string.Equals(other.Name, arm.Name, StringComparison.OrdinalIgnoreCase)))
            {
                errors.Add(at + ":Name", $"two arms are named '{arm.Name}'.", "Give one of them another name.");
            }

            if (!(arm.Percent is >= 0 and <= 100))
            {
                errors.Add(at + ":Percent", string.Create(CultureInfo.InvariantCulture, $"{arm.Percent} percent is impossible."), "Set a number from 0 to 100.");
            }
        }

        // Thirds add up to a hair more than a whole.
        if (options.Arms.Sum(static arm => arm.Percent) is > 100.000001 and var sum)
        {
            errors.Add(path + ":Arms", string.Create(CultureInfo.InvariantCulture, $"the arms take {sum:0.######} percent together."), "Let them add up to at most 100; the rest is the arm 'control'.");
        }
    }
}
