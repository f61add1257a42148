// Studies of the calibrated model: their points answer as its own commands do.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "calculon/base/files.h"
#include "study/points/record_check.h"
#include "study/points/study_notes.h"
#include "support/input_error_of.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/study_run.h"

namespace calculon::test {
namespace {

// Two machines, of which the small one holds no execution without splitting the model.
Json calibrated_study() {
  return Json::parse(R"({
    "calculon_study": 1,
    "title": "A calibrated study",
    "model": "llama-3.1-8b", "system": "h100",
    "axes": [{"name": "size", "path": "search.num_procs", "values": [8, 16]}],
    "search": {"methodology": "calibrated", "num_procs": 8, "max_batch": 32, "datatype": "bfloat16"}
  })");
}

Json searched_with(const std::string& key, const Json& value) {
  Json study = calibrated_study();
  study["search"][key] = value;
  return study;
}

// What is wrong with the first point.
std::string reason_of(const Json& study) {
  const StudyRun run(study_of(study));
  CHECK(run.rows()[0]["status"] == "invalid");
  return run.rows()[0]["reason"].get<std::string>();
}

Json row_of(const Json& study) {
  return StudyRun(study_of(study)).rows().at(0);
}

// The answer of the command that searches, with more options.
Json best_of_command(const Arguments& options) {
  const TempFolder folder;
  Arguments arguments = {"loe",
                         source_path("models/llama-3.1-8b.json"),
                         "8",
                         "32",
                         "bfloat16",
                         source_path("systems/h100.json"),
                         folder.file("best.json")};
  arguments.insert(arguments.end(), options.begin(), options.end());
  REQUIRE(run_program(arguments).status == 0);
  return Json::parse(read_text_file(folder.file("best.json")));
}

// Whether a row has what an answer has, nested statistics by their dotted names.
void check_row(const Json& row, const Json& answer) {
  for (const char* part : {"execution", "stats"}) {
    for (const auto& item : answer[part].items()) {
      if (item.value().is_primitive()) {
        INFO(item.key());
        CHECK(row[item.key()] == item.value());
      }
    }
  }
  for (const char* part : {"time", "memory"}) {
    for (const auto& item : answer["stats"][part].items()) {
      if (item.value().is_primitive()) {
        CHECK(row[fmt::format("{}.{}", part, item.key())] == item.value());
      }
    }
  }
}

}  // namespace

TEST_CASE("a calibrated search of a study finds what the command finds", "[study][calibrated]") {
  Json study = calibrated_study();
  study["search"]["top"] = 3;
  const StudyRun run(study_of(study));
  const Json best = best_of_command({"-t", "3"});
  const auto rows = run.rows_with({{"size", 8}});
  REQUIRE(rows.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(rows[i]["rank"] == i);
    CHECK(rows[i]["methodology"] == "calibrated");
    check_row(rows[i], best[std::to_string(i)]);
  }
  const Json& first = rows[0];
  CHECK(first["token_rate_per_proc"].get<double>() ==
        Approx(first["token_rate"].get<double>() / 8));
  CHECK(first["enumerated"] > first["feasible"]);
  for (const char* published : {"proc_mem_tier1_cap_req", "tensor_par_comm_type", "fw_time"}) {
    CHECK_FALSE(first.contains(published));
  }
}

TEST_CASE("a calibrated search of a study takes the questions of the command",
          "[study][calibrated]") {
  const auto agree = [](const Json& study, const Arguments& options) {
    check_row(row_of(study), best_of_command(options)["0"]);
  };
  agree(searched_with("tensor_par", 4), {"--tensor_par", "4"});
  agree(searched_with("only", {{"tensor_par", {2, 4}}, {"recompute_modules", "layernorm+mlp_act"}}),
        {"--tensor_par", "2,4", "--recompute_modules", "layernorm+mlp_act"});
  agree(searched_with("where", {"memory.peak<40e9", "time.bubble>0"}),
        {"--where", "memory.peak<40e9", "--where", "time.bubble>0"});
  agree(searched_with("rank_by", "memory.peak"), {"--rank-by", "memory.peak"});
  agree(searched_with("launchable", "torchtitan"), {"--launchable", "torchtitan"});
  Json float8 = searched_with("datatype", "fp8");
  float8["search"]["dp_overlap"] = false;
  const Json row = row_of(float8);
  CHECK(row["gemm_datatype"] == "float8");
  CHECK(row["data_par_overlap"] == false);
  CHECK(study_of(float8).points[0].id == study_of([&] {
                                           Json same = float8;
                                           same["search"]["datatype"] = "float8";
                                           return same;
                                         }())
                                             .points[0]
                                             .id);
}

TEST_CASE("a study evaluates calibrated executions, and says why one is no answer",
          "[study][calibrated]") {
  Json study = calibrated_study();
  study.erase("search");
  study["execution"] = "llama-3.1-8b_64_fsdp";
  study["axes"] = Json::parse(R"([{"name": "mbs", "path": "execution.microbatch_size",
      "values": [1, 2, 4]}, {"name": "context_par", "path": "execution.context_par", "values": [1, 2]},
      {"name": "tp", "path": "execution.tensor_par", "values": [1, 64]}])");
  const StudyRun run(study_of(study));
  const TempFolder folder;
  REQUIRE(run_program({"llm", source_path("models/llama-3.1-8b.json"),
                       source_path("examples/llama-3.1-8b_64_fsdp.json"),
                       source_path("systems/h100.json"), folder.file("stats.json")})
              .status == 0);
  const Json found = run.rows_with({{"mbs", 1}, {"context_par", 1}, {"tp", 1}}).at(0);
  check_row(found, {{"execution", Json::object()},
                    {"stats", Json::parse(read_text_file(folder.file("stats.json")))}});
  CHECK(found["data_par"] == 64);  // filled in
  CHECK(run.rows_with({{"mbs", 1}, {"context_par", 2}, {"tp", 1}}).at(0)["data_par"] == 32);
  const Json wide = run.rows_with({{"mbs", 1}, {"context_par", 1}, {"tp", 64}}).at(0);
  CHECK(wide["status"] == "infeasible");
  CHECK_THAT(wide["reason"].get<std::string>(),
             Catch::Contains("expected a divisor of attn_heads 32 (rule KD2)"));
  CHECK(wide["reason_kind"] == "rule KD2");
  const Json large = run.rows_with({{"mbs", 4}, {"context_par", 1}, {"tp", 1}}).at(0);
  CHECK(large["status"] == "invalid");  // 128 sequences are no multiple of 64 x 4
  CHECK_THAT(large["reason"].get<std::string>(), Catch::Contains("rule KC12"));
}

TEST_CASE("a calibrated point without room tells what it needs", "[study][calibrated]") {
  Json study = calibrated_study();
  study["set"] = {{"system.mem1.GiB", 8}};
  const StudyRun run(study_of(study));
  const Json row = run.rows()[0];
  CHECK(row["status"] == "infeasible");
  CHECK_THAT(row["reason"].get<std::string>(),
             Catch::Contains("a processor of stage") && Catch::Contains("(rule KD7)"));
  CHECK(row["reason_kind"] == "memory is too small");
  CHECK(row["token_rate"].is_null());
  Json none = searched_with("where", Json::array({"mfu>1"}));
  CHECK_THAT(row_of(none)["reason"].get<std::string>(),
             Catch::Contains("fit but none meets where"));
}

TEST_CASE("rows of several methodologies share a table", "[study][calibrated]") {
  Json study = calibrated_study();
  study["axes"].push_back({{"name", "model of time"},
                           {"path", "search.methodology"},
                           {"values", {"published", "calibrated"}}});
  study["derive"] =
      Json::array({{{"relative_to", {{"axis", "model of time"}, {"value", "published"}}}},
                   {{"days", {{"tokens", 1e9}}}}});
  const StudyRun run(study_of(study));
  const Json published = run.rows_with({{"size", 8}, {"model of time", "published"}}).at(0);
  const Json calibrated = run.rows_with({{"size", 8}, {"model of time", "calibrated"}}).at(0);
  CHECK(published["methodology"] == "published");
  CHECK(published["mfu"].is_null());
  CHECK(published["time.bubble"].is_null());
  CHECK(published["fw_time"].is_number());
  CHECK(calibrated["fw_time"].is_null());
  CHECK(calibrated["mfu"].is_number());
  for (const Json* row : {&published, &calibrated}) {
    const double rate = (*row)["sample_rate"].get<double>();
    CHECK((*row)["token_rate_per_proc"].get<double>() == Approx(rate * 8192 / 8));
    CHECK((*row)["days"].get<double>() == Approx(1e9 / (rate * 8192) / 86400));
    CHECK((*row)["relative_to_published"].get<double>() ==
          Approx(rate / published["sample_rate"].get<double>()));
  }
  const std::string page = page_of(run);
  CHECK_THAT(page,
             Catch::Contains("<h1>A calibrated study (published and calibrated methodologies, "
                             "calculon "));
  CHECK_THAT(page, Catch::Contains("calibrated 1"));
  const auto columns = run.csv().substr(0, run.csv().find('\n'));
  CHECK_THAT(columns, Catch::Contains(",tensor_par_net,") && Catch::Contains(",context_par,") &&
                          Catch::Contains(",memory.verdict,"));
}

TEST_CASE("a corrected search of a study finds what the command finds", "[study]") {
  Json study = small_study();
  study["axes"] = Json::parse(R"([{"name": "methodology", "path": "search.methodology",
      "values": ["published", "corrected", "calibrated"]}])");
  const StudyRun run(study_of(study));
  REQUIRE(run.rows().size() == 3);
  const TempFolder folder;
  REQUIRE(run_program({"loe", source_path("models/megatron-22B.json"), "8", "16", "float16",
                       source_path("systems/a100_80g.json"), folder.file("best.json"), "--quirks",
                       "fixed"})
              .status == 0);
  const Json best = Json::parse(read_text_file(folder.file("best.json")))["0"];
  const Json& corrected = run.rows()[1];
  CHECK(corrected["methodology"] == "corrected");
  CHECK(corrected["mfu"].is_null());
  for (const char* part : {"execution", "stats"}) {
    for (const auto& item : best[part].items()) {
      INFO(item.key());
      CHECK(corrected[item.key()] == item.value());
    }
  }
  CHECK(run.rows()[0]["sample_rate"] != corrected["sample_rate"]);
  CHECK(run.rows()[2]["mfu"].is_number());
  CHECK_THAT(page_of(run),
             Catch::Contains("(published, corrected and calibrated methodologies, calculon ") &&
                 Catch::Contains("&quot;corrected&quot;: &quot;corrected 1&quot;"));
  std::set<Hash128> ids;
  for (const PointEntry& point : run.loaded().points) {
    ids.insert(point.id);
  }
  CHECK(ids.size() == 3);

  Json one = small_study();
  one.erase("search");
  one.erase("axes");
  one["execution"] = best["execution"];
  const StudyRun evaluated(study_of(one));
  CHECK(evaluated.rows().at(0)["sample_rate"] == corrected["sample_rate"]);
  CHECK(evaluated.rows().at(0)["methodology"] == "corrected");
  for (const std::string& line : lines_of(raw_bytes(results_path(evaluated.folder(), {})))) {
    Json record = Json::parse(line);
    record.erase("sum");
    CHECK(record_damage(record.dump()).empty());
    record["best"][0]["stats"].erase("sample_rate");
    CHECK_FALSE(record_damage(record.dump()).empty());
  }
}

TEST_CASE("a page names the methodology of its study in title and inputs", "[study][calibrated]") {
  CHECK_THAT(page_of(StudyRun(study_of(calibrated_study()))),
             Catch::Contains("<title>A calibrated study (calibrated methodology, calculon ") &&
                 Catch::Contains("&quot;calibrated&quot;: &quot;calibrated 1&quot;"));
  CHECK_THAT(page_of(StudyRun(study_of(small_study()))),
             Catch::Contains("<title>A small study (published methodology, calculon ") &&
                 Catch::Contains("&quot;published&quot;: &quot;calculon 1, calculon-moe 1&quot;"));
}

TEST_CASE("what is published needs not to be said, and changes no id", "[study][calibrated]") {
  Json said = small_study();
  said["search"]["methodology"] = "published";
  said["search"]["launchable"] = nullptr;
  const LoadedStudy plain = study_of(small_study());
  const LoadedStudy same = study_of(said);
  for (std::size_t i = 0; i < plain.points.size(); ++i) {
    CHECK(plain.points[i].id == same.points[i].id);
  }
  said["search"]["methodology"] = "calibrated";
  CHECK_FALSE(study_of(said).points[0].id == plain.points[0].id);
}

TEST_CASE("mistakes in calibrated searches are told", "[study][calibrated]") {
  const auto told = [](const std::string& key, const Json& value, const std::string& words) {
    CHECK_THAT(reason_of(searched_with(key, value)), Catch::Contains(words));
  };
  told("methodology", "calibratd",
       "search: methodology is \"calibratd\", expected published, corrected or calibrated (did you "
       "mean 'calibrated'?)");
  told("mbs_break", true, "search: mbs_break is of published and corrected searches");
  told("experts", 8, "search: experts is of published and corrected searches");
  told("optimizer_sharding", true, "optimizer_sharding is of published and corrected searches");
  told("keep", "all", "keep is \"all\", expected best in a calibrated search");
  told("datatype", "float32", "datatype is \"float32\", expected float16, bfloat16, float8 or");
  told("launchable", "megatronn", "launchable is \"megatronn\", expected megatron, bridge");
  told("rank_by", "mfuu", "rank_by is not understood: there is no statistic 'mfuu' (did you mean");
  told("where", Json::array({"mfu"}), "where[0] is not understood");
  told("only", {{"tensor_parr", 8}}, "only has the unknown key 'tensor_parr' (did you mean");
  told("only", Json::array({{{"tensor_par", 8}}}), "expected one object");
  told("tensor_par", "many", "tensor_par is not understood");
  Json twice = searched_with("tensor_par", 8);
  twice["search"]["only"] = {{"tensor_par", 4}};
  CHECK_THAT(reason_of(twice), Catch::Contains("only.tensor_par is asked for twice"));
  Json overlap = searched_with("tp_overlap", false);
  overlap["search"]["tensor_par_overlap"] = true;
  CHECK_THAT(reason_of(overlap), Catch::Contains("tp_overlap is asked for twice"));

  const auto published = [](const std::string& key, const Json& value, const std::string& words) {
    Json study = small_study();
    study["search"][key] = value;
    CHECK_THAT(reason_of(study), Catch::Contains(words));
  };
  published("launchable", "megatron", "launchable is of calibrated searches, expected");
  published("context_par", 2, "context_par is of calibrated searches, expected");
  Json column = small_study();
  column["columns"] = {"mfu"};
  CHECK_THAT(input_error_of([&] { study_of(column); }), Catch::Contains("no column 'mfu'"));
  column = calibrated_study();
  column["columns"] = {"mfu", "time.bubble", "context_par"};
  CHECK(row_of(column)["time.bubble"].is_number());
  column["columns"] = {"time.buble"};
  CHECK_THAT(input_error_of([&] { study_of(column); }),
             Catch::Contains("no column 'time.buble' (did you mean 'time.bubble'?)"));
  Json named = calibrated_study();
  named["axes"][0]["name"] = "mfu";
  CHECK_THAT(input_error_of([&] { study_of(named); }), Catch::Contains("an axis called 'mfu'"));
}

TEST_CASE("calibrated points are resumed, sharded and merged like others", "[study][calibrated]") {
  Json study = calibrated_study();
  study["axes"].push_back(
      {{"name", "memory"}, {"path", "system.mem1.GiB"}, {"values", {80, 40, 8}}});
  const StudyRun whole(study_of(study));
  StudyRun parts(study_of(study), 0);
  CHECK(parts.run({0, 2}, 1).computed == 3);
  CHECK(parts.run({1, 2}, 3).computed == 3);
  CHECK(parts.run({0, 2}).computed == 0);
  CHECK(parts.csv() == whole.csv());
  CHECK(load_study_folder(parts.folder(), 1).points.size() == 6);

  // Without a checksum every key is looked at.
  const std::string records = raw_bytes(results_path(whole.folder(), {}));
  std::size_t changed = 0;
  for (const std::string& line : lines_of(records)) {
    Json record = Json::parse(line);
    record.erase("sum");
    CHECK(record_damage(record.dump()).empty());
    if (record["best"].empty()) {
      record["closest"]["execution"].erase("tensor_par");
      CHECK_FALSE(record_damage(record.dump()).empty());
      continue;
    }
    for (const char* pointer :
         {"/execution/tensor_par", "/execution/recompute_modules", "/stats/mfu", "/stats/time/step",
          "/stats/memory/peak", "/stats/memory/verdict", "/stats/memory/stages/0/peak",
          "/stats/stage_blocks/0"}) {
      for (const Json& value : {Json("many"), Json::object()}) {
        Json damaged = record;
        damaged["best"][0][Json::json_pointer(pointer)] = value;
        INFO(pointer);
        CHECK_FALSE(record_damage(damaged.dump()).empty());
        ++changed;
      }
    }
    Json more = record;
    more["best"][0]["stats"]["more"] = 1;
    CHECK_FALSE(record_damage(more.dump()).empty());
  }
  CHECK(changed > 0);
}

TEST_CASE("notes of a study name what its systems lack or do not use", "[study][calibrated]") {
  Json study = calibrated_study();
  study["axes"] = Json::parse(R"([{"name": "m", "path": "search.methodology",
      "values": ["published", "calibrated"]},
      {"name": "system", "path": "system", "values": ["h100", "a100_80g"]}])");
  const std::vector<std::string> notes = study_notes(study_of(study));
  const auto has = [&](const std::string& line) {
    return std::count(notes.begin(), notes.end(), line) == 1;
  };
  CHECK(has("h100: the published model does not use its calibration"));
  CHECK(has("a100_80g: without a calibration, the calibrated model has neutral constants"));
  CHECK(notes.size() == 3);  // and what of the model is left out
  CHECK(study_notes(study_of(calibrated_study())).empty());
}

TEST_CASE("counts of strategies know that domains matter to calibrated searches",
          "[study][calibrated]") {
  Json study = calibrated_study();
  study["axes"][0] = {{"name", "domain"}, {"path", "system.networks.0.size"}, {"values", {8, 2}}};
  const LoadedStudy loaded = study_of(study);
  REQUIRE(loaded.points.size() == 2);
  CHECK(loaded.points[0].strategies != loaded.points[1].strategies);
  CHECK(count_strategies(*loaded.study, 2) ==
        loaded.points[0].strategies + loaded.points[1].strategies);
}

TEST_CASE("my-cluster takes models and systems by name and by file", "[study][calibrated]") {
  namespace fs = std::filesystem;
  const TempFolder folder;
  fs::copy_file(source_path("examples/hugging-face/llama-3.1-70b.config.json"),
                folder.file("config.json"));
  fs::copy_file(source_path("systems/gb200.json"), folder.file("mine.json"));
  const auto table = [&](const Arguments& set) {
    Arguments arguments = {"study",   "run", "my-cluster", "--quick", "-o", folder.file("out"),
                           "--extend"};
    arguments.insert(arguments.end(), set.begin(), set.end());
    const ProgramResult run = run_built_program(arguments, folder.path());
    CHECK(run.err == "");
    CHECK(run.status == 0);
    return read_text_file(folder.file("out/table.csv"));
  };
  const std::string named = table({"--set", "model=llama-3.1-70b", "--set", "system=gb200"});
  CHECK(table({"--set", "model=config.json", "--set", "system=mine.json"}) == named);
  CHECK_THAT(read_text_file(folder.file("out/report.html")),
             Catch::Contains("/config and system mine; calibrated methodology"));
  CHECK(table({}) != named);
  const std::string tenfold = table({"--set", "derive.days.tokens=1e13"});
  const auto days_of = [](const std::string& text) {
    const std::string line = lines_of(text).at(1);
    return std::stod(line.substr(line.rfind(',') + 1));
  };
  CHECK(days_of(tenfold) == Approx(10 * days_of(table({}))));

  const auto refused = [&](const std::string& set, const std::string& words) {
    const ProgramResult run =
        run_built_program({"study", "check", "my-cluster", "--set", set}, folder.path());
    CHECK(run.status == 2);
    CHECK(is_one_line(run.err));
    CHECK_THAT(run.err, Catch::Contains(words));
  };
  refused("model=absent.json", folder.file("absent.json"));
  refused("model=llama-3.1-80b", "did you mean 'llama-3.1-70b'?");
  refused("derive.days.tokens=0", "derive[0].days.tokens is 0, expected a number above 0");
  refused("derive.days=1", "begins with 'derive', expected");
}

TEST_CASE("a file of --set is one beside the study, if there is one", "[study][calibrated]") {
  const TempFolder folder;
  folder.write("study.json", calibrated_study().dump());
  const std::string model = source_text("models/llama-3.1-8b.json");
  folder.write("model.json", model);
  const TempFolder elsewhere;
  elsewhere.write("model.json", "no model");
  elsewhere.write("other.json", model);
  const auto check = [&](const std::string& set) {
    return run_built_program({"study", "check", folder.file("study.json"), "--set", set},
                             elsewhere.path());
  };
  CHECK(check("model=model.json").status == 0);
  CHECK(check("model=other.json").status == 0);
  CHECK_THAT(check("derive.days.tokens=1").err, Catch::Contains("the study derives no days"));
}

}  // namespace calculon::test
