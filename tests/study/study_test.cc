// What a study file means, and what is said of one that means nothing.
#include "study/spec/study.h"

#include <catch2/catch.hpp>

#include "study/spec/document_forms.h"
#include "support/input_error_of.h"
#include "support/program.h"
#include "support/study_run.h"

namespace calculon::test {
namespace {

// The small study with one part replaced.
Json small_with(const std::string& pointer, const Json& value) {
  Json study = small_study();
  study[Json::json_pointer(pointer)] = value;
  return study;
}

std::string error_of(const Json& study, const StudyChoices& choices = {}) {
  const std::string error = input_error_of([&] { study_of(study, choices); });
  CHECK(error.find('\n') == std::string::npos);
  return error;
}

Json axis(const Json& more) {
  Json made = {{"name", "x"}};
  made.update(more);
  return made;
}

Json with_axis(const Json& more) {
  return small_with("/axes", Json::array({axis(more)}));
}

// The labels of the only axis.
std::vector<Json> labels_of(const Json& study) {
  const LoadedStudy loaded = study_of(study);
  std::vector<Json> labels;
  for (std::size_t i = 0; i < loaded.study->size(); ++i) {
    labels.push_back(loaded.study->labels(i).at(0));
  }
  return labels;
}

}  // namespace

TEST_CASE("points are the product of the axes, the last one fastest", "[study]") {
  const LoadedStudy loaded = study_of(small_study());
  REQUIRE(loaded.study->size() == 4);
  const std::vector<std::vector<Json>> expected = {{80, 8}, {80, 16}, {1, 8}, {1, 16}};
  for (std::size_t i = 0; i < 4; ++i) {
    const Point point = loaded.study->point(i);
    CHECK(point.labels == expected[i]);
    CHECK(point.inputs.system["mem1"]["GiB"] == expected[i][0]);
    CHECK(point.inputs.search["num_procs"] == expected[i][1]);
  }
}

TEST_CASE("all keys that a study or its parts lack are named at once", "[study]") {
  CHECK_THAT(error_of(Json::parse(R"({"search": {}})")),
             Catch::EndsWith("lacks the keys 'calculon_study', 'model' and 'system'"));
  CHECK_THAT(error_of(small_with("/axes", Json::array({Json{{"values", {1}}}}))),
             Catch::EndsWith("axes[0] lacks the keys 'name' and 'path'"));
  const auto range = [](const Json& given) {
    return with_axis({{"path", "search.num_procs"}, {"range", given}});
  };
  CHECK_THAT(error_of(range({{"step", 8}})),
             Catch::EndsWith("range lacks the keys 'from' and 'to'"));
  const LoadedStudy loaded = study_of(small_with("/search", Json{{"datatype", "float16"}}));
  REQUIRE(loaded.points.at(0).error);
  CHECK_THAT(*loaded.points.at(0).error, Catch::Contains("lacks the key 'max_batch'"));
}

TEST_CASE("points with two spellings of a datatype are the same points", "[study]") {
  const LoadedStudy loaded =
      study_of(with_axis({{"path", "search.datatype"}, {"values", {"float16", "fp16", "bf16"}}}));
  REQUIRE(loaded.points.size() == 3);
  CHECK(loaded.points[0].id == loaded.points[1].id);
  CHECK_FALSE(loaded.points[0].id == loaded.points[2].id);
  CHECK(loaded.points[1].task.search->canonical["datatype"] == "float16");
}

TEST_CASE("axes of vary leave the base one at a time", "[study]") {
  Json study = small_study();
  study["vary"] = {
      {{"name", "rate"}, {"path", "system.matrix.float16.tflops"}, {"scale", {0.5, 2}}},
      {{"name", "all memory"},
       {"path", {"system.mem1.GBps", "system.mem2.GBps"}},
       {"scale", {0.5}}}};
  const LoadedStudy loaded = study_of(study);
  REQUIRE(loaded.study->size() == 4 * 4);
  const Point base = loaded.study->point(0);
  CHECK(base.labels == std::vector<Json>{80, 8, nullptr, nullptr});
  CHECK(loaded.study->varied(0) == -1);
  const Point doubled = loaded.study->point(2);
  CHECK(doubled.labels == std::vector<Json>{80, 8, 2, nullptr});
  CHECK(doubled.inputs.system["matrix"]["float16"]["tflops"] == 624);
  const Point slower = loaded.study->point(3);
  CHECK(loaded.study->varied(3) == 1);
  CHECK(slower.inputs.system["matrix"]["float16"]["tflops"] == 312);
  for (const char* memory : {"mem1", "mem2"}) {
    CHECK(slower.inputs.system[memory]["GBps"].get<double>() ==
          base.inputs.system[memory]["GBps"].get<double>() / 2);
  }
}

TEST_CASE("axes of vary may share a path, since one at a time leaves its base", "[study]") {
  Json study = small_study();
  study["axes"] = Json::array();
  study["vary"] = {
      {{"name", "x"}, {"path", "system.mem1.GiB"}, {"scale", {2}}},
      {{"name", "both"}, {"path", {"system.mem1.GiB", "system.mem1.GBps"}}, {"scale", {3}}}};
  const LoadedStudy loaded = study_of(study);
  const auto memory = [&](std::size_t point) {
    const Json mem1 = loaded.study->point(point).inputs.system["mem1"];
    return std::pair(mem1["GiB"].get<double>(), mem1["GBps"].get<double>());
  };
  CHECK(memory(0) == std::pair(80.0, 2048.0));
  CHECK(memory(1) == std::pair(160.0, 2048.0));
  CHECK(memory(2) == std::pair(240.0, 6144.0));
}

TEST_CASE("an axis has values, a range, factors or cases", "[study]") {
  CHECK(labels_of(with_axis(
            {{"path", "search.num_procs"}, {"range", {{"from", 8}, {"to", 32}, {"step", 8}}}})) ==
        std::vector<Json>{8, 16, 24, 32});
  CHECK(labels_of(with_axis(
            {{"path", "search.num_procs"}, {"range", {{"from", 8}, {"to", 64}, {"factor", 2}}}})) ==
        std::vector<Json>{8, 16, 32, 64});
  CHECK(labels_of(with_axis(
            {{"path", "search.max_batch"}, {"values", {8, 16}}, {"labels", {"small", "large"}}})) ==
        std::vector<Json>{"small", "large"});
  const LoadedStudy cases = study_of(with_axis(
      {{"cases",
        {{"one", {{"model", "megatron-5B"}, {"search.num_procs", 8}}},
         {"two", {{"system.networks.*.efficiency", 0.5}, {"search.tensor_par", {1, 2}}}}}}}));
  CHECK(cases.study->point(0).inputs.model["hidden"] == 4096);
  const Json networks = cases.study->point(1).inputs.system["networks"];
  CHECK(networks[0]["efficiency"] == 0.5);
  CHECK(networks[1]["efficiency"] == 0.5);
}

TEST_CASE("file, set, axes and --set change inputs in this order", "[study]") {
  Json study = small_study();
  study["set"] = {{"system.mem1.GBps", 1000}, {"search.num_procs", 4}};
  study["axes"].push_back({{"name", "speed"}, {"path", "system.mem1.GBps"}, {"scale", {1, 2}}});
  StudyChoices choices;
  choices.set = {{"search.num_procs", 32}};
  const LoadedStudy loaded = study_of(study, choices);
  const PointInputs inputs = loaded.study->point(1).inputs;
  CHECK(inputs.system["mem1"]["GBps"] == 2000);
  CHECK(inputs.search["num_procs"] == 32);
}

TEST_CASE("ids depend on what is computed, not on what it is called", "[study]") {
  const auto ids = [](const Json& study) {
    std::vector<std::string> texts;
    for (const PointEntry& point : study_of(study).points) {
      texts.push_back(point.id.hex());
    }
    return texts;
  };
  const std::vector<std::string> plain = ids(small_study());
  Json other = small_study();
  other["title"] = "Another title";
  other["axes"][0]["name"] = "capacity";
  other["axes"][0]["labels"] = {"large", "small"};
  other["search"]["top"] = 1;
  other["search"]["mbs_break"] = false;
  other["set"] = {{"system.mem2.GiB", 512.0}};
  CHECK(ids(other) == plain);
  other["search"]["mbs_break"] = true;
  CHECK(ids(other)[0] != plain[0]);
  // What a later axis adds leaves the others as they are.
  Json longer = small_study();
  longer["axes"][1]["values"] = {8, 16, 32};
  const auto more = ids(longer);
  CHECK(more[0] == plain[0]);
  CHECK(more[3] == plain[2]);
}

TEST_CASE("each form of a document is that of all points that have it", "[study]") {
  Json study = small_study();
  study["vary"] = {{{"name", "rate"}, {"path", "system.mem1.GBps"}, {"scale", {0.5, 2}}},
                   {{"name", "batch"}, {"path", "search.max_batch"}, {"values", {8, 32}}}};
  const LoadedStudy loaded = study_of(study);
  const std::vector<std::pair<std::string, std::size_t>> counts = {
      {"model", 1}, {"system", 2 * 3}, {"search", 2 * 3}, {"execution", 1}};
  for (const auto& [name, count] : counts) {
    INFO(name);
    const DocumentForms forms(*loaded.study, {name});
    CHECK(forms.count() == count);
    for (std::size_t i = 0; i < loaded.study->size(); ++i) {
      const std::size_t form = forms.form_at(i);
      const std::size_t first = forms.first_point(form);
      CHECK(form < count);
      CHECK(first <= i);
      CHECK(forms.form_at(first) == form);
      const Json document = loaded.study->document(i, name);
      CHECK(document == loaded.study->point(i).inputs.document(name));
      CHECK(document == loaded.study->document(first, name));
    }
  }
}

TEST_CASE("points with equal documents share what was read", "[study]") {
  const LoadedStudy loaded = study_of(small_study());
  const auto& points = loaded.points;
  CHECK(points[0].task.transformer == points[3].task.transformer);
  CHECK(points[0].task.system == points[1].task.system);
  CHECK(points[0].task.system != points[2].task.system);
  CHECK(points[0].task.search == points[2].task.search);
  CHECK(points[0].task.search != points[1].task.search);
}

TEST_CASE("strategies are counted quickly as they are one by one", "[study]") {
  const auto one_by_one = [](const LoadedStudy& loaded) {
    std::int64_t sum = 0;
    for (const PointEntry& point : loaded.points) {
      sum += std::max<std::int64_t>(0, point.strategies);
    }
    return sum;
  };
  for (const std::string name : {"sc23-fig4", "sensitivity-v0", "sensitivity-v0-product",
                                 "multi-trillion", "moe-topology", "sc23-tab2"}) {
    INFO(name);
    const LoadedStudy loaded = bundled_study(name);
    CHECK(count_strategies(*loaded.study, 2) == one_by_one(loaded));
  }
}

TEST_CASE("alternatives count what any of them allows, once", "[study]") {
  const auto counts = [](const Json& only) {
    Json study = small_study();
    study["axes"] = Json::array();
    study["search"]["only"] = only;
    const StudyRun run(study_of(study));
    return std::pair(run.rows()[0]["enumerated"].get<std::int64_t>(),
                     run.rows()[0]["feasible"].get<std::int64_t>());
  };
  const Json a = {{"tensor_par", {2, 4}}, {"activation_recompute", {"full"}}};
  const Json b = {{"tensor_par", {4, 8}}, {"seq_par_ag_redo", {false}}};
  const Json both = {
      {"tensor_par", {4}}, {"activation_recompute", {"full"}}, {"seq_par_ag_redo", {false}}};
  const auto [in_a, good_a] = counts(a);
  const auto [in_b, good_b] = counts(b);
  const auto [in_both, good_both] = counts(both);
  const auto [in_any, good_any] = counts(Json::array({a, b}));
  CHECK(in_both > 0);
  CHECK(in_any == in_a + in_b - in_both);
  CHECK(good_any == good_a + good_b - good_both);
}

TEST_CASE("pinned tiers leave degrees of 1 alone", "[study]") {
  Json study = small_study();
  study["axes"] = Json::array();
  study["search"].update(
      {{"nets", {{"tensor_par", 0}, {"pipeline_par", 1}, {"data_par", 1}}}, {"top", 1000}});
  const StudyRun run(study_of(study));
  CHECK(run.rows().size() > 10);
  for (const Json& row : run.rows()) {
    CHECK(row["tensor_par_net"] == 0);
    CHECK((row["pipeline_par"] == 1 || row["pipeline_par_net"] == 1));
    CHECK((row["data_par"] == 1 || row["data_par_net"] == 1));
  }
}

TEST_CASE("a table has a rank for each kept execution", "[study]") {
  Json study = small_study();
  study["search"]["top"] = 3;
  const StudyRun run(study_of(study));
  const auto rows = run.rows_with({{"memory", 80}, {"size", 8}});
  REQUIRE(rows.size() == 3);
  CHECK(rows[1]["rank"] == 1);
  CHECK(rows[0]["sample_rate"] >= rows[1]["sample_rate"]);
}

TEST_CASE("an infeasible point is a row with its nearest miss and empty cells", "[study]") {
  const StudyRun run(study_of(small_study()));
  const Json row = run.rows_with({{"memory", 1}, {"size", 8}}).at(0);
  CHECK(row["status"] == "infeasible");
  CHECK_THAT(row["reason"].get<std::string>(), Catch::Contains("memory tier 1 needs"));
  CHECK(row["feasible"] == 0);
  CHECK(row["sample_rate"].is_null());
  CHECK_THAT(run.csv(), Catch::Contains("\n1,8,infeasible,memory tier 1 needs"));
}

TEST_CASE("derived columns compare the points along an axis", "[study]") {
  Json study = small_study();
  study["axes"][0]["values"] = {80, 40};
  study["axes"][1]["values"] = {16, 8, 32};
  study["derive"] = {{{"best_so_far", "size"}},
                     {{"loss_below", {{"axis", "size"}, {"by", 8}}}},
                     {{"relative_to", {{"axis", "memory"}, {"value", 80}}}}};
  const StudyRun run(study_of(study));
  const auto rate = [&](int memory, int size) {
    return run.rows_with({{"memory", memory}, {"size", size}}).at(0)["sample_rate"].get<double>();
  };
  for (const int memory : {80, 40}) {
    const Json at_16 = run.rows_with({{"memory", memory}, {"size", 16}}).at(0);
    CHECK(at_16["best_so_far"] == std::max(rate(memory, 8), rate(memory, 16)));
    CHECK(at_16["loss_below"] == 1 - rate(memory, 8) / rate(memory, 16));
    CHECK(at_16["relative_to_80"] == rate(memory, 16) / rate(80, 16));
    const Json at_8 = run.rows_with({{"memory", memory}, {"size", 8}}).at(0);
    CHECK(at_8["best_so_far_at"] == 8);
    CHECK(at_8["loss_below"].is_null());
  }
  study["derive"] = {{{"best_over", "size"}}};
  CHECK(StudyRun(study_of(study)).rows().size() == 2);
}

TEST_CASE("days of a whole run stand in each row that has a rate", "[study]") {
  Json study = small_study();
  study["search"]["top"] = 2;
  study["derive"] = Json::array({{{"days", {{"tokens", 1e12}}}}});
  const StudyRun run(study_of(study));
  const auto rows = run.rows_with({{"memory", 80}, {"size", 8}});
  REQUIRE(rows.size() == 2);
  for (const Json& row : rows) {
    const double tokens_per_day = row["sample_rate"].get<double>() * 2048 * 86400;
    CHECK(row["days"].get<double>() == Approx(1e12 / tokens_per_day));
  }
  CHECK(rows[0]["days"] < rows[1]["days"]);
  CHECK(run.rows_with({{"memory", 1}, {"size", 8}}).at(0)["days"].is_null());
  CHECK_THAT(run.csv(), Catch::Contains(",days\n"));
}

TEST_CASE("the largest value is the last one that meets a condition", "[study]") {
  Json study = small_study();
  study["axes"][0] = {{"name", "t"}, {"path", "search.tensor_par"}, {"values", {2, 16, 8, 4}}};
  const auto with = [&](const Json& largest) {
    study["derive"] = Json::array({{{"largest", largest}}});
    return StudyRun(study_of(study));
  };
  const auto check = [](const StudyRun& run, int size, const Json& expected,
                        const std::vector<Json>& marked) {
    std::vector<Json> found;
    for (const Json& row : run.rows_with({{"size", size}})) {
      CHECK(row["largest_t"] == expected);
      if (row["is_largest_t"] == true) {
        found.push_back(row["t"]);
      }
    }
    CHECK(found == marked);
  };
  // On 8 processors 2, 4 and 8 reach it, on 16 only 4.
  Json largest = {{"axis", "t"}, {"where", "total_efficiency>=0.636"}};
  check(with(largest), 8, 8, {8});
  check(with(largest), 16, 4, {4});
  largest["over"] = "size";
  check(with(largest), 8, 8, {8});
  check(with(largest), 16, 8, {});
  largest["where"] = "total_efficiency > 0.9";
  check(with(largest), 8, nullptr, {});
  // 16 on 8 processors has no answer, and so no rate.
  largest = {{"axis", "t"}, {"where", "sample_rate!=0"}};
  check(with(largest), 8, 8, {8});
  check(with(largest), 16, 16, {16});
  study["axes"][0]["labels"] = {"two", "sixteen", "eight", "four"};
  check(with(largest), 8, "four", {"four"});
}

TEST_CASE("labels are texts or numbers", "[study]") {
  Json study = small_study();
  study["axes"][0]["labels"] = {0.5, 0.25};
  study["derive"] = Json::array({{{"best_so_far", "memory"}}});
  const StudyRun run(study_of(study));
  CHECK(run.rows()[0]["memory"] == 0.5);
  CHECK(run.rows()[0]["best_so_far_at"] == 0.5);  // and 0.25, the smaller, has no answer
  StudyChoices choices;
  choices.only = {{"memory", {"0.25"}}};
  CHECK(study_of(study, choices).study->point(0).inputs.system["mem1"]["GiB"] == 1);
  study["axes"][0]["labels"] = {0.5, true};
  CHECK_THAT(error_of(study), Catch::Contains("labels[1] is true, expected a text or a number"));
}

TEST_CASE("a batch may grow with the machine", "[study]") {
  Json study = small_study();
  study["axes"][0] = {{"name", "scaling"},
                      {"path", "search.max_batch"},
                      {"values", {16, {{"per_processor", 2}}, {{"per_processor", 0.3}}}},
                      {"labels", {"strong", "weak", "few"}}};
  const LoadedStudy loaded = study_of(study);
  const auto batch = [&](std::size_t point) {
    return loaded.points[point].task.search->spaces.front().max_batch_size;
  };
  const std::vector<std::int64_t> expected = {16, 16, 16, 32, 2, 5};  // on 8, 16; 8, 16; 8, 16
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(batch(i) == expected[i]);
  }
  CHECK(loaded.points[0].id == loaded.points[2].id);  // the same search
  const auto reason = [&](const Json& max_batch) {
    study["axes"][0]["values"][1] = max_batch;
    return StudyRun(study_of(study)).rows()[2]["reason"].get<std::string>();
  };
  CHECK_THAT(reason({{"per_processor", 0.01}}),
             Catch::Contains("search: max_batch.per_processor is 0.01, expected a share that makes "
                             "a batch from 1 to 1000000000 of 8 processors"));
  CHECK_THAT(reason({{"per_processor", 1e9}}), Catch::Contains("per_processor is 1000000000"));
  CHECK_THAT(reason({{"per_procesor", 1}}), Catch::Contains("per_procesor"));
  CHECK_THAT(reason({{"per_processor", "one"}}), Catch::Contains("expected a number above 0"));
}

TEST_CASE("prices come from tables, and sizes from what they buy", "[study]") {
  Json study = small_study();
  study["cost"] = {
      {"budget", 1000},
      {"per_processor", {5, {{"path", "system.mem1.GiB"}, {"table", {{"80", 5}, {"1", 1}}}}}}};
  study["axes"][1] = {
      {"name", "size"}, {"path", "search.num_procs"}, {"affordable", {{"step", 8}, {"last", 2}}}};
  const StudyRun run(study_of(study));
  const std::vector<Json> rows = run.rows();
  REQUIRE(rows.size() == 4);
  CHECK(rows[0]["price"] == 10);
  CHECK(rows[0]["size"] == 88);
  CHECK(rows[1]["size"] == 96);
  CHECK(rows[1]["max_procs"] == 96);
  CHECK(rows[1]["system_cost"] == 960);
  CHECK(rows[1]["rate_per_megadollar"] == rows[1]["sample_rate"].get<double>() / (960 / 1e6));
  CHECK(rows[2]["price"] == 6);
  study["axes"][0]["values"] = {80, 40};
  CHECK_THAT(error_of(study), Catch::Contains("axis 'memory', value 40: cost: system.mem1.GiB is "
                                              "40, which the price table lacks; it has 1, 80"));
  study["cost"]["per_processor"][1]["linear"] = true;
  CHECK(study_of(study).study->point(2).price == 5 + 1 + 4.0 * 39 / 79);
}

TEST_CASE("each mistake in a study is told in one line", "[study]") {
  const auto told = [](const Json& study, const std::string& words) {
    CHECK_THAT(error_of(study), Catch::Contains(words));
  };
  told(with_axis({{"path", "system.mem1.GiBs"}, {"values", {1}}}),
       "axis 'x', value 1: path 'system.mem1.GiBs': system.mem1 has no key 'GiBs' (did you mean "
       "'GiB'?)");
  told(with_axis({{"path", "sistem.mem1.GiB"}, {"values", {1}}}),
       "begins with 'sistem', expected model, system, execution or search");
  told(with_axis({{"path", "system.networks.7.size"}, {"values", {1}}}),
       "'7' is no position in an array of 2");
  told(with_axis({{"path", "search.num_proc"}, {"values", {1}}}), "did you mean 'num_procs'?");
  told(with_axis({{"path", "search.num_procs"}, {"values", Json::array()}}), "has no values");
  told(with_axis({{"path", "search.num_procs"}}), "has no values, expected one of values, range");
  told(with_axis({{"path", "search.num_procs"}, {"range", {{"from", 8}, {"to", 30}, {"step", 8}}}}),
       "axes[0].range.step is 8, expected one that leads from 8 to 30");
  told(with_axis({{"path", "search.num_procs"}, {"range", {{"from", 8}, {"to", 4}, {"step", 8}}}}),
       "goes from 8 to 4");
  told(with_axis({{"path", "search.num_procs"}, {"values", {8}}, {"scale", {2}}}),
       "has 'values' and 'scale', expected one of them");
  told(with_axis({{"path", "search.datatype"}, {"scale", {2}}}), "expected a number to scale");
  told(with_axis({{"path", "model"}, {"values", {"gpt3-174B"}}}),
       "no bundled model is called 'gpt3-174B' (did you mean 'gpt3-175B'?)");
  told(with_axis({{"path", "execution.tensor_par"}, {"values", {8}}}),
       "the study has no 'execution'");
  Json twice = small_study();
  twice["axes"][0]["path"] = "search.num_procs";
  told(twice, "the axes 'memory' and 'size' both set search.num_procs");
  twice = small_study();
  twice["vary"] = Json::array({axis({{"path", "system.mem1.GiB"}, {"values", {8}}})});
  told(twice, "the axes 'memory' and 'x' both set system.mem1.GiB");
  told(small_with("/axes/0/name", "size"), "two axes called 'size'");
  told(small_with("/axes/0/name", "sample_rate"), "an axis called 'sample_rate'");
  told(small_with("/execution", Json::object()), "both or neither of 'execution' and 'search'");
  told(small_with("/serch", 1), "has the unknown key 'serch' (did you mean 'search'?)");
  told(small_with("/calculon_study", 2), "calculon_study is 2, expected");
  told(small_with("/system", "a100_80"), "no bundled system is called 'a100_80'");
  told(small_with("/derive", {{{"best_so_far", "sise"}}}), "there is no axis 'sise'");
  told(small_with("/derive", Json::array({{{"days", 3}}})), "derive[0].days");
  told(small_with("/derive", Json::array({{{"days", {{"tokens", 0}}}}})),
       "derive[0].days.tokens is 0, expected a number above 0");
  told(small_with("/derive", Json::array({{{"days", {{"token", 1}}}}})),
       "derive[0].days lacks the key 'tokens' (there is a 'token')");
  told(small_with("/derive",
                  Json::array({{{"days", {{"tokens", 1}}}}, {{"days", {{"tokens", 2}}}}})),
       "derive[1] adds the column 'days' once more");
  told(small_with("/axes/0/name", "days"), "an axis called 'days', as a column");
  const auto largest = [](const Json& part) {
    return small_with("/derive", Json::array({{{"largest", part}}}));
  };
  told(largest({{"axis", "size"}}), "derive[0].largest lacks the key 'where'");
  told(largest({{"axis", "size"}, {"where", "sample_rat>1"}}),
       "derive[0].largest.where is not understood: there is no statistic 'sample_rat'");
  told(largest({{"axis", "size"}, {"where", "sample_rate"}}), "where is not understood");
  told(largest({{"axis", "sise"}, {"where", "sample_rate>1"}}), "there is no axis 'sise'");
  told(largest({{"axis", "size"}, {"where", "sample_rate>1"}, {"over", "memori"}}),
       "there is no axis 'memori'");
  told(largest({{"axis", "size"}, {"where", "sample_rate>1"}, {"over", "size"}}),
       "derive[0].largest.over is \"size\", expected another axis");
  told(small_with("/derive", {{{"best_so_far", "size"}}, {{"best_so_far", "memory"}}}),
       "derive[1] adds the column 'best_so_far' once more");
  told(small_with("/columns", {"sample_rat"}), "no column 'sample_rat' (did you mean");
  told(small_with("/plots", {{{"type", "pie"}}}), "plots[0].type is \"pie\"");
  Json scaled = small_study();
  scaled["axes"][0] = {{"name", "memory"}, {"path", "system.mem1.GiB"}, {"scale", {1}}};
  scaled["quick"] = {{"memory", {"x"}}};
  StudyChoices quick;
  quick.quick = true;
  CHECK_THAT(error_of(scaled, quick), Catch::Contains("is \"x\", expected a number above 0"));
  Json labelled = small_study();
  labelled["axes"][1]["labels"] = {"few", "many"};
  labelled["derive"] = {{{"loss_below", {{"axis", "size"}, {"by", 8}}}}};
  told(labelled, "is an axis with the value 'few', expected numbers");
  told(small_with("/quick", {{"sizes", {8}}}), "names no axis with 'sizes'");
}

TEST_CASE("what is wrong with a search makes its points invalid, and check says so", "[study]") {
  const auto reason = [](const std::string& key, const Json& value) {
    Json study = small_study();
    study["search"][key] = value;
    const StudyRun run(study_of(study));
    CHECK(run.rows()[0]["status"] == "invalid");
    return run.rows()[0]["reason"].get<std::string>();
  };
  CHECK_THAT(reason("only", {{"tensor_parr", {8}}}), Catch::Contains("did you mean 'tensor_par'?"));
  CHECK_THAT(reason("rank_by", "rate"), Catch::Contains("there is no statistic 'rate'"));
  CHECK_THAT(reason("fused_activation", "all"), Catch::Contains("expected true, false or"));
  CHECK_THAT(reason("oversized_data_par", "grow"), Catch::Contains("expected skip or raise"));
  CHECK_THAT(reason("top_k", 2), Catch::Contains("needs 'experts'"));
  CHECK_THAT(reason("max_batch", 0), Catch::Contains("expected an integer from 1"));
  CHECK_THAT(reason("nets", {{"tensor", 0}}), Catch::Contains("unknown key 'tensor'"));
  CHECK_THAT(reason("only", Json::array({Json::object(), {{"data_par_net", {0}}}})),
             Catch::Contains("alternatives cannot differ in"));
}

TEST_CASE("--only and --quick narrow a study", "[study]") {
  StudyChoices choices;
  choices.only = {{"size", {"16"}}};
  CHECK(study_of(small_study(), choices).study->size() == 2);
  choices.only = {{"size", {"17"}}};
  CHECK_THAT(error_of(small_study(), choices),
             Catch::Contains("axis 'size' has no value '17', it has 8 or 16"));
  choices.only = {{"sizes", {"16"}}};
  CHECK_THAT(error_of(small_study(), choices), Catch::Contains("--only names the axis 'sizes'"));
  Json study = small_study();
  study["quick"] = {{"size", {4}}};
  choices.only.clear();
  choices.quick = true;
  CHECK(study_of(study, choices).study->point(0).inputs.search["num_procs"] == 4);
}

TEST_CASE("study tells usage mistakes in one line", "[study]") {
  const auto told = [](const Arguments& arguments, const std::string& words) {
    const ProgramResult result = run_program(arguments);
    CHECK(result.status == 2);
    CHECK(is_one_line(result.err));
    CHECK_THAT(result.err, Catch::Contains(words));
  };
  told({"study", "check", "sc23-fig6"}, "no bundled study is called 'sc23-fig6' (did you mean");
  told({"study", "check", "sc23-fig2", "--set", "x"}, "expected PATH=VALUE");
  told({"study", "check", "sc23-fig2", "--only", "x"}, "expected AXIS=VALUE");
  told({"study", "run", "sc23-fig2", "-o", "/proc/nothing"}, "/proc/nothing: cannot be made");
  told({"study", "status", "/tmp"}, "is no folder of a study's results");
  told({"study", "run", "sc23-fig2", "-o", "/tmp", "--shard", "2/2"}, "shard 2 of 2");
}

TEST_CASE("a search that is no object has no keys to set", "[study]") {
  Json study = small_study();
  study["axes"] = Json::array({Json{{"name", "m"}, {"path", "search"}, {"values", {20}}},
                               Json{{"name", "n"}, {"path", "search.num_procs"}, {"values", {4}}}});
  CHECK_THAT(error_of(study), Catch::Contains("axis 'm', value 20: path 'search.num_procs': search "
                                              "is a number, which has no key 'num_procs'"));
  StudyChoices choices;
  choices.set = {{"search", 5}, {"search.top", 5}};
  CHECK_THAT(error_of(small_study(), choices), Catch::Contains("search is a number"));
  choices.set = {{"model", 5}, {"model.hidden", 5}};
  CHECK_THAT(error_of(small_study(), choices),
             Catch::Contains("--set model is 5, expected the name of a model, a file or"));
}

TEST_CASE("keys of a search are listed once each", "[study]") {
  StudyChoices choices;
  choices.set = {{"search.zzzzzzzzz", 5}};
  const std::string error = error_of(small_study(), choices);
  const auto first = error.find("num_procs");
  REQUIRE(first != std::string::npos);
  CHECK(error.find("num_procs", first + 1) == std::string::npos);
}

}  // namespace calculon::test
