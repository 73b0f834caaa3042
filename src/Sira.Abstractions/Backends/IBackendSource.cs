using Microsoft.Extensions.Primitives;
using Sira.Kernel.Configuration;

namespace Sira.Backends;

/// <summary>Builds the backends that code and configuration ask for. Called at start-up and at each configuration reload.</summary>
public interface IBackendSource
{
    /// <summary>Builds the backends. A backend whose configuration has not changed is the same object as before, so its connections, keys and health live on.</summary>
    /// <param name="errors">Where mistakes go; a backend with a mistake is left out.</param>
    /// <returns>The backends, by registration order.</returns>
    IReadOnlyList<IBackend> Load(ConfigurationErrors errors);

    /// <summary>Returns a token that fires when <see cref="Load"/> would return something else.</summary>
    /// <returns>The token.</returns>
    IChangeToken GetChangeToken();
}
