namespace Sira.Gateway.Configuration.Policies;

/// <summary>Whether providers are told which prompts begin alike.</summary>
public enum PromptCachingMode
{
    /// <summary>They are told what the caller says itself.</summary>
    Off,

    /// <summary>Every call carries a key for the provider's prompt cache: a hash of what the route's affinity goes by, else of the beginning of the prompt.</summary>
    Auto,
}
