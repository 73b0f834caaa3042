namespace Sira.Kernel.Resources.Machine;

/// <summary>Finds out what this process may use of the machine. Register another to know better, as where a vendor's library tells more of a GPU.</summary>
public interface IMachineProbe
{
    /// <summary>Looks.</summary>
    /// <returns>What there is.</returns>
    MachineResources Probe();
}
