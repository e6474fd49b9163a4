# The comparison with others works from end to end. Its times are those of a busy machine: nothing is asked of them.
source "$REPO/.ci/lib.sh"

out=$WORK/benchmarks
check compare dotnet run -c Release --project benchmarks/Isolation.Benchmarks -- compare --quick --output "$out"

# A peer that is installed and did not take part is an error in how it is called.
complete() {
    local file name
    for file in comparison.md comparison.svg comparison.json; do
        [ -s "$out/$file" ] || { echo "$file is missing or empty"; return 1; }
    done
    for name in 'floor (C)' Process.Start Isolation bubblewrap runc; do
        grep -q "^| $name  *| " "$out/comparison.md" || { echo "$name is not in the comparison"; return 1; }
    done
    python3 -c 'import json, sys, xml.dom.minidom as x; json.load(open(sys.argv[1])); x.parse(sys.argv[2])' \
        "$out/comparison.json" "$out/comparison.svg"
}
check "everybody took part" complete
