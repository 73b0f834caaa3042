namespace Sira.Session.Context.Building;

/// <summary>Messages that are sent together or not at all: one, or a tool call with what answers it.</summary>
internal struct ContextUnit
{
    /// <summary>The index of its first message.</summary>
    public int First;

    /// <summary>How many messages it has.</summary>
    public int Count;

    /// <summary>The index of its group: the turns that are kept or dropped as a whole.</summary>
    public int Group;

    /// <summary>The tokens of its messages.</summary>
    public long Tokens;

    /// <summary>What it is.</summary>
    public ContextUnitKind Kind;

    /// <summary>Whether some of its calls or results have no other half, and are cut out when it is sent.</summary>
    public bool IsBroken;

    /// <summary>Whether one of its messages is an answer that ended early.</summary>
    public bool IsPartial;

    /// <summary>Whether the new messages answer its calls.</summary>
    public bool IsAnsweredNow;

    /// <summary>Whether nothing of it can be sent, because it only has results without calls.</summary>
    public bool IsOrphan;

    /// <summary>Whether it is sent.</summary>
    public bool IsSelected;

    /// <summary>Why it is sent.</summary>
    public ContextReason Reason;

    /// <summary>Whether it must be sent.</summary>
    public bool IsMandatory;

    /// <summary>Whether the options leave it out.</summary>
    public bool IsExcluded;

    /// <summary>Gets whether it may be chosen.</summary>
    public readonly bool IsOptional => !IsMandatory && !IsExcluded && !IsOrphan;
}
