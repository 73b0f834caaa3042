using Sira.Gateway.Budgets;

namespace Sira.Gateway.Configuration.Traffic;

/// <summary>Among whom the room is shared for which a route's calls wait: of equal priority, who has had the fewest tokens goes next.</summary>
/// <remarks>The virtual token counter of "Fairness in Serving Large Language Models" (arXiv 2401.00588), see <see cref="Kernel.Admission.Fairness.VirtualTokenCounter"/>. Calls count by their estimate and are corrected by what they used.</remarks>
public sealed class FairShareOptions
{
    /// <summary>Gets or sets who is told apart, see <see cref="Requests.RequestContext"/>. All calls that do not say whose they are count as one's.</summary>
    /// <value>Default <see cref="BudgetScope.All"/>: nobody, so that equals go on in the order of their arrival.</value>
    public BudgetScope By { get; set; }

    /// <summary>Gets or sets the name of the tag, where <see cref="By"/> is <see cref="BudgetScope.Tag"/>.</summary>
    /// <value>Default <see langword="null"/>.</value>
    public string? Tag { get; set; }

    /// <summary>Gets the weights of those who are entitled to more or less than others: with a weight of 2, to twice as much.</summary>
    /// <value>Default empty: everybody has the weight 1.</value>
    public IDictionary<string, double> Weights { get; } = new Dictionary<string, double>(StringComparer.Ordinal);
}
