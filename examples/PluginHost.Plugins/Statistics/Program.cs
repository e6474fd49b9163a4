using Isolation.Plugins;
using PluginHost.Contracts;
using Statistics;

return await PluginProgram.RunAsync<ITextPlugin>(context => new WordStatistics(context));
