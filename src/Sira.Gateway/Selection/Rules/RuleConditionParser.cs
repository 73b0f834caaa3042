using Sira.Kernel.Configuration;
using Sira.Models;

namespace Sira.Gateway.Selection.Rules;

/// <summary>Parses the conditions of rules.</summary>
internal static class RuleConditionParser
{
    private const string TagPrefix = "tag:";
    private const string HeaderPrefix = "header:";
    private const string Feature = "feature";
    private const string FeaturePrefix = "feature:";
    private const string InputTokens = "input-tokens";
    private static readonly string[] Names = ["tenant", "team", "user", "key", "model", TagPrefix + "<name>", HeaderPrefix + "<name>", Feature, FeaturePrefix + "<name>", InputTokens];

    /// <summary>Parses a condition.</summary>
    /// <returns>The condition, or <see langword="null"/> when it has a mistake, which has been added.</returns>
    public static RuleCondition? Parse(string name, string? value, string path, ConfigurationErrors errors)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            errors.Add(path, $"the condition '{name}' has no value.", "Write a value, a prefix such as 'eu-*', or '*' for any.");
            return null;
        }

        var key = name.Trim();
        if (key.Equals(InputTokens, StringComparison.OrdinalIgnoreCase))
        {
            return InputTokensCondition.Parse(value) ?? Refuse(path, $"'{value}' is no comparison of tokens.", "Write a comparison such as '>8000', '<=500' or '1000..8000'.", errors);
        }

        if (key.Equals(Feature, StringComparison.OrdinalIgnoreCase))
        {
            return ParseFeatures(value, isUsed: true, path, errors);
        }

        if (key.StartsWith(FeaturePrefix, StringComparison.OrdinalIgnoreCase))
        {
            return value.Trim() is "*" || value.Trim().Equals("true", StringComparison.OrdinalIgnoreCase) ? ParseFeatures(key[FeaturePrefix.Length..], isUsed: true, path, errors)
                : value.Trim().Equals("false", StringComparison.OrdinalIgnoreCase) ? ParseFeatures(key[FeaturePrefix.Length..], isUsed: false, path, errors)
                : Refuse(path, $"'{value}' does not say whether the feature is used.", "Write true or false.", errors);
        }

        return ParseText(key, value, path, errors);
    }

    private static RuleCondition? ParseText(string key, string value, string path, ConfigurationErrors errors)
    {
        var tag = key.StartsWith(TagPrefix, StringComparison.OrdinalIgnoreCase) ? key[TagPrefix.Length..].Trim()
            : key.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase) ? HeaderPrefix + key[HeaderPrefix.Length..].Trim()
            : null;
        RuleField? field = tag is not null ? tag.Length is 0 || tag == HeaderPrefix ? null : RuleField.Tag : key.ToUpperInvariant() switch
        {
            "TENANT" => RuleField.Tenant,
            "TEAM" => RuleField.Team,
            "USER" => RuleField.User,
            "KEY" => RuleField.Key,
            "MODEL" => RuleField.Model,
            _ => null,
        };
        if (field is not { } known)
        {
            errors.AddUnknownName(path, "condition", key, Names);
            return null;
        }

        // Names of models are found without regard to case.
        return TextPattern.Parse(value, known is RuleField.Model ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal) is { } pattern
            ? new TextCondition(known, tag, pattern)
            : Refuse(path, $"the condition '{key}' has no value.", "Write a value, a prefix such as 'eu-*', or '*' for any.", errors);
    }

    private static FeatureCondition? ParseFeatures(string names, bool isUsed, string path, ConfigurationErrors errors)
    {
        var features = RequestFeatures.None;
        foreach (var name in names.Split([',', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!RuleFeatures.TryFind(name, out var feature))
            {
                errors.AddUnknownName(path, "feature", name, RuleFeatures.Names);
                return null;
            }

            features |= feature;
        }

        if (features == 0)
        {
            errors.AddUnknownName(path, "feature", names, RuleFeatures.Names);
            return null;
        }

        return new FeatureCondition(features, isUsed);
    }

    private static RuleCondition? Refuse(string path, string problem, string fix, ConfigurationErrors errors)
    {
        errors.Add(path, problem, fix);
        return null;
    }
}
