namespace Sira.Plugins.Loading.Publishers;

/// <summary>A publisher that code added.</summary>
/// <param name="Name">The name.</param>
/// <param name="Configure">Sets the options.</param>
internal sealed record PublisherRegistration(string Name, Action<PublisherOptions> Configure);
