namespace Sira.Kernel.Admission.Fairness;

/// <summary>What "equal" means among tenants: what is counted for each, and in which coin. Give one to a <see cref="FairShare"/>.</summary>
/// <remarks>Implementations are thread-safe. <see cref="VirtualTokenCounter"/> and <see cref="DominantResourceFairness"/> are ordinary ones.</remarks>
public interface IFairSharePolicy
{
    /// <summary>Gets the name by which it is configured and reported.</summary>
    string Name { get; }

    /// <summary>Opens the account of one tenant.</summary>
    /// <returns>A new account, on which nothing is booked.</returns>
    ShareAccount Open();
}
