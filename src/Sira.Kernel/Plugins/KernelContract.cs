namespace Sira.Kernel.Plugins;

/// <summary>The contract between the kernel and plugins, whose versions manifests speak of.</summary>
public static class KernelContract
{
    /// <summary>The version of the contract that this kernel fulfils: the package's.</summary>
    public const string Version = "0.1.0";
}
