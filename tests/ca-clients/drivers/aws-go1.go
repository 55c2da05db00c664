// SPDX-License-Identifier: MIT
// Asks an endpoint with the AWS SDK for Go 1.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sts"
)

func main() {
	config := aws.NewConfig().WithEndpoint(os.Args[1]).WithMaxRetries(0)
	service := sts.New(session.Must(session.NewSession()), config)
	_, err := service.GetCallerIdentity(&sts.GetCallerIdentityInput{})
	fmt.Println(err)
}
