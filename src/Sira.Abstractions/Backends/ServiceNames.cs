namespace Sira.Backends;

/// <summary>The services of the kernel's registry under which the gateway keeps what it calls.</summary>
public static class ServiceNames
{
    /// <summary>Models at backends, named such as <c>openai/gpt-5-mini</c>.</summary>
    public const string Models = "models";

    /// <summary>Backends as a whole, under their names.</summary>
    public const string Providers = "providers";

    /// <summary>API keys, named by their hints, such as <c>openai/key 1 (…wxyz)</c>.</summary>
    public const string Keys = "keys";
}
