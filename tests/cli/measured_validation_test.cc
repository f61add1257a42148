#include <catch2/catch.hpp>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

const std::string kRuns =
    "id,system,model.hidden,model.feedforward,model.seq_size,model.attn_heads,model.attn_size,"
    "model.num_blocks,execution.num_procs,execution.batch_size,measured_seconds,outcome,flag\n"
    "one,h100,4096,16384,2048,32,128,32,8,64,4,ran,\n"
    "two,h100,4096,16384,2048,32,128,32,8,64,5,ran,data:odd\n"
    "bad,h100,4096,16384,2048,32,128,0,8,64,5,ran,\n";

struct MeasuredFiles {
  TempFolder folder;
  std::string table = folder.write("runs.csv", kRuns);

  ProgramResult validate(const Arguments& options = {}) const {
    Arguments arguments = {"llm-validation", "--measured", table};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_program(arguments);
  }
};

}  // namespace

TEST_CASE("lv compares a table of measured runs with predictions", "[cli][measured]") {
  const MeasuredFiles files;
  const ProgramResult result = files.validate({"--rows"});
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  for (const char* words :
       {"runs.csv: 3 rows, 2 predicted, 1 rejected\n", "Step time by system", "  unflagged",
        "Does it fit", "Step time by processor", "Step time by precision", "Step time by kind",
        "  dense", "Of 2 step times", "\nRows ", "  one ",
        " %  +-6.3 % typical, +-18 % in nine of ten cases\n", "Rejected rows: 1\n",
        "  bad: row 4: model.num_blocks is 0, expected an integer from 1 to 1000000000 (rule "
        "KC2)\n"}) {
    CHECK_THAT(result.out, Catch::Contains(words));
  }
}

TEST_CASE("lv writes measured runs as JSON and CSV", "[cli][measured]") {
  const MeasuredFiles files;
  const std::string path = files.folder.file("out.json");
  REQUIRE(files.validate({"-o", path}).status == 0);
  const Json json = Json::parse(read_text_file(path));
  const Json& group = json["groups"][0];
  CHECK(group["system"] == "h100");
  CHECK(group["quantity"] == "time");
  CHECK(group["n"] == 2);
  CHECK(json["groups"].back()["system"] == "unflagged");
  const Json& row = json["rows"][0];
  const double seconds = row["predicted_seconds"].get<double>();
  CHECK(row["error_percent"].get<double>() == Approx(100 * (seconds / 4 - 1)));
  CHECK(row["uncertainty"]["median_percent"].get<double>() == Approx(3.5 * 1.8));
  CHECK(row["uncertainty"]["p90_percent"].get<double>() == Approx(18));
  CHECK_FALSE(row.contains("measured_peak_bytes"));
  CHECK(row["predicted_peak_bytes"].get<double>() > 1e9);
  CHECK(json["rejected"] == Json::array({{{"id", "bad"},
                                          {"row", 4},
                                          {"rule", "KC2"},
                                          {"message",
                                           "row 4: model.num_blocks is 0, expected an integer from "
                                           "1 to 1000000000 (rule KC2)"}}}));
  const std::string csv = files.folder.file("out.csv.gz");
  REQUIRE(files.validate({"-o", csv}).status == 0);
  const auto lines = lines_of(read_text_file(csv));
  REQUIRE(lines.size() == 3);
  CHECK_THAT(lines[0], Catch::StartsWith("id,system,measured_seconds,predicted_seconds,"));
  CHECK_THAT(lines[2], Catch::StartsWith("two,h100,5,") && Catch::EndsWith(",data:odd"));
}

TEST_CASE("lv writes a page of measured runs", "[cli][measured]") {
  const MeasuredFiles files;
  const std::string path = files.folder.file("out.html");
  REQUIRE(files.validate({"-o", path}).status == 0);
  const std::string page = read_text_file(path);
  CHECK_THAT(page, Catch::StartsWith("<!DOCTYPE html>"));
  CHECK_THAT(page, Catch::Contains("Error of the step time by system"));
  CHECK_THAT(page, Catch::Contains("1 row was rejected."));
}

TEST_CASE("lv fails when predictions are further off than is accepted", "[cli][measured]") {
  const MeasuredFiles files;
  CHECK(files.validate({"--max-error", "1000"}).status == 0);
  const ProgramResult strict = files.validate({"--max-error", "0"});
  CHECK(strict.status == 1);
  CHECK_THAT(strict.err, Catch::StartsWith("calculon: the mean error of the step time is ") &&
                             Catch::EndsWith("%, more than the accepted 0%\n"));
}

TEST_CASE("lv tells what is wrong with a table as a whole", "[cli][measured]") {
  const MeasuredFiles files;
  const auto error = [&](const std::string& text, const Arguments& options = {}) {
    Arguments arguments = {"lv", "--measured", files.folder.write("other.csv", text)};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const ProgramResult result = run_program(arguments);
    CHECK(is_one_line(result.err));
    return std::pair(result.status, result.err);
  };
  const std::string name = "calculon: " + files.folder.file("other.csv");
  const std::string header = kRuns.substr(0, kRuns.find('\n') + 1);
  CHECK(error("") == std::pair(2, name + ": is empty, expected a measured table\n"));
  CHECK(error(header + "x,nowhere,1,1,1,1,1,1,1,1,1,,\n") ==
        std::pair(1, name + ": none of its rows could be predicted\n"));
  CHECK(error(header + "x,h100,1,1,1,1,1,1,1,1,,,\n", {"--max-error", "5"}) ==
        std::pair(2, name + ": no row has a step time that counts, which --max-error needs\n"));
  CHECK(error(kRuns, {"--systems", "nowhere"}) ==
        std::pair(2, std::string("calculon: --systems is nowhere, expected a folder\n")));
  CHECK(error(kRuns, {"-o", "x.txt"}).first == 2);
  CHECK(error(kRuns, {"-b", "."}).first == 2);
  CHECK(run_program({"lv", "--rows"}).status == 2);
}

}  // namespace calculon::test
