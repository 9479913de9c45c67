// SPDX-License-Identifier: Apache-2.0
#include "form/look_alike.h"
#include "base/test.h"

CASE(names_that_read_alike)
{
	static const struct { const char *a, *b; bool alike; } cases[] = {
		{ "山田太郎", "山田太郎", false }, /* namesakes */
		{ "山田太郎", "山田 太郎", true }, { "山田太郎", "山田　太郎", true }, { "山田太郎", "山田\u200b太郎", true }, { "山田太郎", "山田次郎", false },
		{ "Taro", "taro", true }, { "taro", "ｔａｒｏ", true }, { "taro", "t\u0430ro", true }, { "taro", "tar0", true }, { "taro", "tara", false },
		{ "タロー", "タロ一", true }, { "ﾀﾛｰ", "タロー", true }, { "ﬁne", "fine", true }, { "hanako", "taro", false }, { "ハ", "八", true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool alike = !cases[i].alike;

		CHECK_OK(name_alike(str_of(cases[i].a), str_of(cases[i].b), &alike));
		if (alike != cases[i].alike)
			printf("%s and %s\n", cases[i].a, cases[i].b);
		CHECK(alike == cases[i].alike);
	}
}

CASE(one_alphabet_a_name)
{
	CHECK_OK(name_one_script(STR("見本 taro")));
	CHECK_OK(name_one_script(STR("Иван")));
	CHECK(name_one_script(STR("t\u0430ro")) == RC_SYNTAX);
	CHECK(name_one_script(STR("\xff")) == RC_SYNTAX);
	rc_trail_clear();
}

TEST_MAIN
