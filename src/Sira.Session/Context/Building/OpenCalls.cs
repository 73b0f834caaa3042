namespace Sira.Session.Context.Building;

/// <summary>The calls of the messages that stand together at the moment, and which of them have been answered.</summary>
internal sealed class OpenCalls
{
    private readonly List<(string Id, bool IsAnswered)> calls = [];

    /// <summary>Gets whether a call is still without its result.</summary>
    public bool HasUnanswered
    {
        get
        {
            foreach (var (_, isAnswered) in calls)
            {
                if (!isAnswered)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Gets the first call that is still without its result.</summary>
    public string? FirstUnanswered
    {
        get
        {
            foreach (var (id, isAnswered) in calls)
            {
                if (!isAnswered)
                {
                    return id;
                }
            }

            return null;
        }
    }

    public void Clear() => calls.Clear();

    public void Add(string id) => calls.Add((id, false));

    /// <summary>Answers a call: the first of this id that has no answer.</summary>
    /// <returns>Whether there was one; <see langword="null"/> if it has been answered already.</returns>
    public bool? Answer(string id)
    {
        var isKnown = false;
        for (var i = 0; i < calls.Count; i++)
        {
            if (!string.Equals(calls[i].Id, id, StringComparison.Ordinal))
            {
                continue;
            }

            if (!calls[i].IsAnswered)
            {
                calls[i] = (id, true);
                return true;
            }

            isKnown = true;
        }

        return isKnown ? null : false;
    }
}
