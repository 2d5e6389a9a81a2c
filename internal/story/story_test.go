package story_test

import "testing"

// TestShipped plays the stories of the program from beginning to end: every
// check of every step holds.
func TestShipped(t *testing.T) {
	t.Parallel()
	list, err := shelf(t).Stories(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Stories) < 2 {
		t.Errorf("%d stories", len(list.Stories))
	}
	for _, s := range list.Stories {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			v, err := shelf(t).Story(t.Context(), s.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range v.Steps {
				for _, r := range step.Results {
					if !r.OK {
						t.Errorf("%s: %s", step.ID, r.Text)
					}
					t.Log(step.Date, step.ID, r.Text)
				}
			}
			t.Logf("%d steps, %d checks", len(v.Steps), v.Checks)
		})
	}
}
