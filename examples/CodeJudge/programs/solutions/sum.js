const [a, b] = require('fs').readFileSync(0, 'utf8').split(/\s+/).map(text => text ? BigInt(text) : 0n);
console.log(String(a + b));
