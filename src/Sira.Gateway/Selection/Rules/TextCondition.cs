using Sira.Gateway.Routing.Plans;
using Sira.Requests;

namespace Sira.Gateway.Selection.Rules;

/// <summary>That a text of the request is one of some values.</summary>
internal sealed class TextCondition(RuleField field, string? tag, TextPattern pattern) : RuleCondition
{
    public override bool Holds(RequestContext request, in RequestProfile profile, string? model) => pattern.IsMatch(field switch
    {
        RuleField.Tenant => request.Tenant,
        RuleField.Team => request.Team,
        RuleField.User => request.User,
        RuleField.Key => request.Key,
        RuleField.Model => model,
        _ => request.Tags is { } tags ? BackendTags.Find(tags, tag!) : null,
    });
}
