namespace Sira.Kernel.Admission.Fairness;

/// <summary>What a <see cref="FairShare"/> knows of one tenant.</summary>
/// <remarks>Changed under the lock of its owner.</remarks>
internal sealed class FairTenant(FairShare owner, string key, ShareAccount account)
{
    // Where it waits. Almost always one; so a list, not a set.
    private readonly List<FairBandTenant> places = [];

    public FairShare Owner { get; } = owner;

    public string Key { get; } = key;

    public ShareAccount Account { get; } = account;

    /// <summary>Gets or sets how many of its reservations have not ended.</summary>
    public int Running { get; set; }

    /// <summary>Gets or sets how many of its requests are being decided or wait.</summary>
    public int Asking { get; set; }

    /// <summary>Gets or sets how many of its requests wait.</summary>
    public int Backlog { get; set; }

    /// <summary>Gets or sets whether it comes to wait after having waited for nothing.</summary>
    public bool IsNewcomer { get; set; }

    public bool IsIdle => Running == 0 && Asking == 0;

    public FairBandTenant? In(FairBand band)
    {
        foreach (var place in places)
        {
            if (ReferenceEquals(place.Band, band))
            {
                return place;
            }
        }

        return null;
    }

    public void Enter(FairBandTenant place) => places.Add(place);

    public void Leave(FairBandTenant place) => places.Remove(place);

    /// <summary>Restores the order of those it waits among after its share has changed.</summary>
    public void Moved()
    {
        foreach (var place in places)
        {
            place.Band.Moved(place);
        }
    }
}
