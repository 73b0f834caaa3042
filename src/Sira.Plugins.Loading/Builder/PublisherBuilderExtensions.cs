using Sira.Kernel.Builder;
using Sira.Plugins.Loading.Publishers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Says whose plugins the host trusts.</summary>
public static class PublisherBuilderExtensions
{
    /// <summary>Trusts the plugins that a publisher signs. More publishers can stand in the section <c>Sira:Plugins:Publishers</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The publisher's name.</param>
    /// <param name="publicKeyPem">Its public key as PEM; several one after the other while it changes its key.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder TrustPublisher(this ISiraBuilder builder, string name, string publicKeyPem)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(publicKeyPem);
        return builder.TrustPublisher(name, options => options.PublicKey = options.PublicKey is { } before ? $"{before}\n{publicKeyPem}" : publicKeyPem);
    }

    /// <summary>Trusts the plugins that a publisher signs, within limits.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The publisher's name.</param>
    /// <param name="configure">Sets its keys, what it may sign, and the keys that are revoked.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder TrustPublisher(this ISiraBuilder builder, string name, Action<PublisherOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddSingleton(new PublisherRegistration(name, configure));
        return builder;
    }
}
