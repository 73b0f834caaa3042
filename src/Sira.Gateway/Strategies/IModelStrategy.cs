namespace Sira.Gateway.Strategies;

/// <summary>A strategy that ranks models: deployments of one model with the same facts have the same score, or scores of which any few neighbours are as good as all. So of many of them a few are considered.</summary>
internal interface IModelStrategy : IRoutingStrategy;
