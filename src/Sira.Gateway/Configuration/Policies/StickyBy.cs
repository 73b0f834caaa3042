namespace Sira.Gateway.Configuration.Policies;

/// <summary>What keeps its arm of a traffic split.</summary>
public enum StickyBy
{
    /// <summary>Nothing: every call is drawn anew.</summary>
    None,

    /// <summary>The request's affinity key.</summary>
    Conversation,

    /// <summary>The request's user.</summary>
    User,

    /// <summary>The request's tenant.</summary>
    Tenant,
}
