namespace Sira.Gateway.Configuration;

/// <summary>What happens to an option that a target cannot take.</summary>
public enum UnsupportedOptionPolicy
{
    /// <summary>The target is no candidate; when none is left, the error names the option.</summary>
    Reject,

    /// <summary>Options that only tune (sampling, seed, penalties, reasoning effort, parallel tool calls) are left out for that target, and the decision says so. What changes the meaning (tools, schema, media) is still rejected.</summary>
    Drop,
}
