using Hostile;
using Isolation.Plugins;
using PluginHost.Contracts;

return await PluginProgram.RunAsync<IHostilePlugin>(context => new HostilePlugin(context));
