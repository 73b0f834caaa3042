namespace Sira.Gateway.Configuration.Policies;

/// <summary>Which calls of a route should reach the same deployment, so that the provider's prompt cache is warm for them.</summary>
public enum AffinityMode
{
    /// <summary>None in particular. The balancer <c>consistent-hash</c> heeds the request's affinity key all the same.</summary>
    None,

    /// <summary>Those with the same affinity key of the request and the same tenant.</summary>
    Conversation,

    /// <summary>Those of the same user of the same tenant.</summary>
    User,

    /// <summary>Those of the same tenant.</summary>
    Tenant,

    /// <summary>Those whose prompts begin alike: same instructions, system messages, tools and first user message.</summary>
    PromptPrefix,
}
