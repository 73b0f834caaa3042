namespace Sira.Gateway.Selection.Rules;

/// <summary>The text of a request that a condition looks at.</summary>
internal enum RuleField
{
    /// <summary>The tenant.</summary>
    Tenant,

    /// <summary>The team.</summary>
    Team,

    /// <summary>The user.</summary>
    User,

    /// <summary>The name of the caller's key.</summary>
    Key,

    /// <summary>The model asked for.</summary>
    Model,

    /// <summary>A tag.</summary>
    Tag,
}
