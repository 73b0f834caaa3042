using Sira.Backends.Http;

namespace Sira.Backends.Kinds;

/// <summary>A kind of provider: what is known of all its accounts, and how to talk to one.</summary>
internal interface IBackendKind
{
    /// <summary>Gets the name, as <c>Kind</c> names it in a configuration.</summary>
    string Name { get; }

    /// <summary>Gets the provider's name in OpenTelemetry's <c>gen_ai.provider.name</c>.</summary>
    string Provider { get; }

    /// <summary>Gets the public address, or <see langword="null"/> when every user has his own.</summary>
    Uri? DefaultEndpoint { get; }

    /// <summary>Gets the environment variables that may hold the key.</summary>
    IReadOnlyList<string> KeyVariables { get; }

    /// <summary>Gets the environment variable that may hold the address.</summary>
    string? EndpointVariable { get; }

    /// <summary>Gets whether a backend without a key is a mistake.</summary>
    bool RequiresKey { get; }

    /// <summary>Gets how the key is presented.</summary>
    AuthScheme Auth { get; }

    /// <summary>Gets the model that a route without configuration uses.</summary>
    string? DefaultModel { get; }

    /// <summary>Gets the wires it speaks, the default first.</summary>
    IReadOnlyList<string> Apis { get; }

    /// <summary>Makes the wires of one backend.</summary>
    BackendWires CreateWires(in WireSettings settings);
}
