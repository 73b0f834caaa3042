using Sira.Errors;
using Sira.Kernel.Contributions;

namespace Sira.Backends.Contributed;

/// <summary>What backends of plugins have in common.</summary>
internal static class ContributedBackend
{
    /// <summary>Makes the failure of a backend whose plugin has been unloaded: another target is asked.</summary>
    public static BackendException Gone(Contributor contributor) =>
        new(BackendErrorKind.ModelNotFound, $"The plugin '{contributor.Id}', whose backend this is, has been unloaded.");
}
